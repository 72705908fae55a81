package flows

func lintShape(f *Flow) []Issue { return nil }
