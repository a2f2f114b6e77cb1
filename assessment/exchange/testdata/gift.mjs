// Prints what gift-pegjs makes of the questions on standard input, one after the other, as JSON; null for one that it refuses.
// Questions are parted by lines of "%%".
import { readFileSync } from 'node:fs'
import gift from 'gift-pegjs'

const parse = (text) => {
  try {
    return gift.parse(text.trim() + '\n')[0] ?? null
  } catch {
    return null
  }
}
process.stdout.write(JSON.stringify(readFileSync(0, 'utf8').split('%%\n').map(parse)))
