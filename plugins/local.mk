# what is installed from plugins/
