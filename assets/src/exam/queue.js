// Brings what a person did to the server: once, in order, whatever happens to the network or the browser.
//
// An entry is {id, slot, path, form}: the form's fields, to be posted to path. It stays in the list, on disk, until the
// server has acknowledged it (2xx) or refused it for good (4xx; not for want of the right session). The server knows an id that it has seen, so sending an
// entry twice is one command. A later entry of the same slot takes the place of an unsent one.
import { kept, random } from './store.js'

const pausesMs = [1000, 2000, 4000, 8000, 15000, 30000]
const patienceMs = 30000
const mostNoticed = 20 // entries without a slot; older ones are of no use by then

export class Queue {
  // told(entry, state, detail) hears of each change: "sending", "done" with what the server said, "waiting", "signin", "refused" with why.
  constructor(key, told) {
    this.list = kept(key)
    this.told = told
    this.sending = null // the entry under way
    this.failures = 0
    this.timer = 0
    window.addEventListener('online', () => this.wake())
  }

  entries() { return this.list.all() }

  put(path, slot, form) {
    const all = this.entries()
    const old = slot && all.find((e) => e.slot === slot && !this.isUnderWay(e))
    if (old) form = withSeconds(form, secondsOf(old.form))
    const id = random(20)
    const entry = { id, slot, path, form: form.concat([['request', id], ['via', 'queue']]) }
    const rest = all.filter((e) => e !== old)
    const noticed = rest.filter((e) => !e.slot)
    const stale = noticed.length > mostNoticed ? noticed[0] : null
    this.list.set(rest.filter((e) => e !== stale).concat([entry]))
    this.wake()
    return entry
  }

  isUnderWay(entry) { return this.sending !== null && this.sending.id === entry.id }

  // Sends now, unless it is sending.
  wake(whatever) {
    clearTimeout(this.timer)
    if (!this.sending) this.run(whatever)
  }

  // whatever the browser says of the network: it is mistaken now and then.
  async run(whatever) {
    for (;;) {
      const head = this.entries()[0]
      if (!head) return
      if (!navigator.onLine && !whatever) {
        this.timer = setTimeout(() => this.wake(true), patienceMs)
        this.told(head, 'waiting')
        return
      }
      this.sending = head
      this.told(head, 'sending')
      const { state, detail } = await post(head)
      this.sending = null
      if (state === 'waiting' || state === 'signin') {
        this.told(head, state)
        const pause = pausesMs[Math.min(this.failures++, pausesMs.length - 1)]
        this.timer = setTimeout(() => this.wake(), pause * (1 + Math.random() / 4))
        return
      }
      this.failures = 0
      this.list.set(this.entries().filter((e) => e.id !== head.id))
      this.told(head, state, detail)
    }
  }

  // The last chance when the page goes away: the browser delivers beacons by itself. Nobody hears whether they arrive,
  // so the entries stay.
  leave() {
    if (!navigator.sendBeacon) return
    this.entries().forEach((e) => navigator.sendBeacon(e.path, new URLSearchParams(e.form)))
  }
}

// Sends what an attempt left behind, from the page of its result: the server keeps answers that come too late for a proctor.
export function leftovers(document) {
  const closed = document.querySelector('[data-closed]')
  if (closed) new Queue(keyOf(closed.dataset.closed), () => {}).wake()
}

// keyOf names an attempt's list. The attempt's id begins with the person's, so nobody finds another's answers here.
export function keyOf(attempt) { return 'kv.queue.' + attempt }

async function post(entry) {
  try {
    const answer = await inTime(fetch(entry.path, {
      method: 'POST', body: new URLSearchParams(entry.form), credentials: 'same-origin',
      headers: { 'HX-Request': 'true', Accept: 'application/json' }
    }))
    if (answer.redirected) return { state: 'waiting' }
    if (answer.ok) return { state: 'done', detail: answer.status === 204 ? '' : await answer.text() }
    // 403: on a shared computer somebody else has signed in meanwhile; the answers wait for their owner.
    if (answer.status === 401 || answer.status === 403) return { state: 'signin' }
    if (answer.status >= 500 || [408, 425, 429].includes(answer.status)) return { state: 'waiting' }
    return { state: 'refused', detail: await reason(answer) }
  } catch (lost) {
    return { state: 'waiting' }
  }
}

async function reason(answer) {
  try {
    return (await answer.json()).detail || String(answer.status)
  } catch (unreadable) {
    return String(answer.status)
  }
}

function inTime(promise) {
  return Promise.race([promise, new Promise((resolve, reject) => setTimeout(() => reject(new Error('no answer')), patienceMs))])
}

function secondsOf(form) {
  const field = form.find((pair) => pair[0] === 'seconds')
  return field ? Number(field[1]) : 0
}

function withSeconds(form, more) {
  return form.map(([name, value]) => (name === 'seconds' ? [name, (Number(value) + more).toFixed(1)] : [name, value]))
}
