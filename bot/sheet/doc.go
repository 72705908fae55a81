// Package sheet reads tables as people make them, row by row: CSV (commas, semicolons or tabs; UTF-8, UTF-16 with its mark, or
// Windows-1252) and XLSX. It writes rows back in a file of the same shape.
//
// A table's heads need not be in its first row: titles and notes may stand above. Which row holds them is told by whoever
// knows the words (Options.Head); in a workbook the first sheet with such a row is read.
//
// However long the file is, no more of it is held than a row, and of a workbook the texts that its rows share; nothing is
// written to temporary files. (Libraries for workbooks unpack large sheets into the temporary folder, where a kill would leave
// people's numbers readable.) What is too large is refused in one sentence:
//
//	MaxFile      the file, in bytes            desk.sheet_too_large
//	MaxUnpacked  a workbook when unpacked      desk.sheet_unpacked
//	MaxShared    the texts that rows share     desk.sheet_unpacked
//	MaxRows      rows below the heads          desk.sheet_too_many_rows
//	MaxColumns   columns of a row              desk.sheet_too_many_columns
//	MaxCell      a cell, in bytes              desk.sheet_cell_too_long
//
// All errors about the file are *bot.Error; others are of reading it.
package sheet
