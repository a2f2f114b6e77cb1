// What the browser does beyond plain HTML. No page needs any of it to work: forms post, links lead,
// and the server keeps the time. Each part finds its elements by a data attribute.
//
// The pages are served under `Content-Security-Policy: default-src 'self'`: no inline script, no inline
// style, no eval. htmx must be told so in the head of every page (the Go constant assets.HTMXConfig):
//   <meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,…}'>
import 'htmx.org'
import 'htmx-ext-sse'
import { confirmation } from './confirm.js'
import { countdowns } from './countdown.js'
import { connection } from './connection.js'
import { doors } from './door.js'
import { exam } from './exam/exam.js'
import { leftovers } from './exam/queue.js'
import { nameDevice } from './exam/store.js'
import { passkeys } from './passkey.js'
import { lessonTime } from './time.js'
import { watchedVideos } from './watch.js'

confirmation(document)
exam(document)
leftovers(document)
nameDevice(document)
doors(document)
countdowns(document) // last: it tells the others at once what is over
passkeys(document)
lessonTime(document, window)
watchedVideos(document, window)
connection(window)
