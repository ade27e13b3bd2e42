"""One file per source of use. A sense is given the loop and tells what it sees; it knows no other sense."""
