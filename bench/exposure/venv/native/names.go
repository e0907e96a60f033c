// Looks a name up by the C library (cgo), which loads its name services.
package main

import (
	"fmt"
	"net"
	"os/user"
)

func main() {
	found, err := net.LookupHost("localhost")
	person, _ := user.Lookup("nobody")
	fmt.Println(found, err, person)
}
