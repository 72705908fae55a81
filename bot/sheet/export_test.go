package sheet

import "io"

// OpenWithin is Open for a workbook that may have so many bytes when unpacked.
func OpenWithin(r io.ReaderAt, size, most int64, o Options) (*Table, error) {
	return openXLSX(r, size, o, most)
}
