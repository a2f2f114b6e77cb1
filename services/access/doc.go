// Package access knows who may reach whom today: where units and people stand, who stands in for whom, and who looked.
package access
