package exchange

func readQTI(*intake, []byte)             {}
func writeQTI(*outgoing, string) []byte   { return nil }
func detectPackage([]byte) (Format, bool) { return "", false }
