package directory

// nearest is the index of the known name with the smallest edit distance (Levenshtein) to a word.
func nearest(word string, known []string) int {
	best, least := 0, -1
	for i, k := range known {
		if d := distance([]rune(word), []rune(k)); least < 0 || d < least {
			best, least = i, d
		}
	}
	return best
}

func distance(a, b []rune) int {
	above := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i, x := range a {
		diagonal := above[0]
		above[0] = i + 1
		for j, y := range b {
			d := diagonal
			if x != y {
				d++
			}
			diagonal = above[j+1]
			above[j+1] = min(d, above[j+1]+1, above[j]+1)
		}
	}
	return above[len(b)]
}
