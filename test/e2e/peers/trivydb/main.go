// Writes Trivy's own database of what data.py laid out: trivydb IN OUT SOURCE...
package main

import (
	"os"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/vulndb"
)

func main() {
	if err := build(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}

func build(in, out string, sources []string) error {
	if err := db.Init(out); err != nil {
		return err
	}
	// Long after any test: a database that has to be updated is refused.
	if err := vulndb.New(in, out, 20*365*24*time.Hour).Build(sources); err != nil {
		return err
	}
	return db.Close()
}
