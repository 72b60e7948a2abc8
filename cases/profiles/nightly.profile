# Every case ten times, in an order of its own: what fails now and then shows. A seed that differs from night to
# night goes on the command line.
repeat 10
shuffle
jobs 8
budget 6h
