// Writes Grype's own database of what data.py laid out: grypedb IN OUT.
package main

import (
	"os"
	"path/filepath"
	"time"

	"github.com/anchore/grype/grype/db"
	"github.com/anchore/grype/grype/db/provider"
)

func main() {
	if err := build(os.Args[1], os.Args[2]); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}

func build(in, out string) error {
	folders, err := filepath.Glob(filepath.Join(in, "*", "metadata.json"))
	if err != nil {
		return err
	}
	var states provider.States
	// NVD first: what others leave out is filled in from it.
	for _, first := range []bool{true, false} {
		for _, path := range folders {
			if (filepath.Base(filepath.Dir(path)) == "nvd") != first {
				continue
			}
			state, err := provider.ReadState(path)
			if err != nil {
				return err
			}
			states = append(states, *state)
		}
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	return db.Build(db.BuildConfig{
		SchemaVersion:       6,
		Directory:           out,
		States:              states,
		Timestamp:           time.Now(),
		IncludeCPEParts:     []string{"o", "a", "h"},
		InferNVDFixVersions: true,
		Hydrate:             true,
		BatchSize:           2000,
		SQLiteCacheSizeKiB:  262144,
	})
}
