# what is installed from doc/
