# what is installed from rules/
