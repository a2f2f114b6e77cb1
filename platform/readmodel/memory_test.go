package readmodel_test

import (
	"testing"

	"khuevan/platform/readmodel"
	"khuevan/platform/readmodel/readmodeltest"
)

func TestMemory(t *testing.T) {
	readmodeltest.Run(t, func(*testing.T) readmodel.Store { return readmodel.NewMemory() })
}
