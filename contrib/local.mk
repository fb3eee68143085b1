# what is installed from contrib/
