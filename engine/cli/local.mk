# sources of the program
