// Takes an attempt: <div data-exam="…"> holds every question as <section data-q="1" data-item="…">, the review as
// <section data-q="review">, a navigator, a countdown, and in its data-t-… attributes what is said.
//
// Without it, forms save and links lead from question to question. With it nothing asks the server but the queue: the
// whole attempt goes on without a network, and each answer arrives once, in order, with the time at which it was given.
import { certainty, choices, fill, ordering } from './answers.js'
import { Queue, keyOf } from './queue.js'
import { device } from './store.js'
import { stopwatch, watch } from './watch.js'
import { Pages } from './pages.js'
import { finish } from './finish.js'

const typingPauseMs = 1200

export function exam(document) {
  const root = document.querySelector('[data-exam]')
  if (root) new Exam(root).start()
}

class Exam {
  constructor(root) {
    this.root = root
    this.at = '/attempts/' + root.dataset.exam
    this.ahead = Date.parse(root.dataset.now) - Date.now()
    this.device = device()
    this.watch = stopwatch()
    this.pages = new Pages(root, this.at, (section) => {
      this.commit()
      this.watch.on(section ? section.dataset.item : null)
    })
    this.last = new Map() // item → the answer that was queued last, or came with the page
    this.typing = null // the section with text that is not queued yet
    this.timer = 0
    this.queue = new Queue(keyOf(root.dataset.exam), (entry, state, detail) => this.told(entry, state, detail))
  }

  start() {
    this.sections().forEach((section) => this.prepare(section))
    this.queue.entries().forEach((entry) => this.overlay(entry))
    this.pages.start()
    this.root.addEventListener('change', (event) => this.changed(event, 0))
    this.root.addEventListener('input', (event) => event.target.matches('input[type=text]') && this.changed(event, typingPauseMs))
    this.root.addEventListener('click', (event) => this.clicked(event))
    this.root.addEventListener('submit', (event) => event.target.matches('[data-answer]') && event.preventDefault())
    this.finish = finish(this)
    watch((what) => this.queue.put(this.at + '/seen', '', [['what', what], ['given', this.now()], ['device', this.device]]))
    window.addEventListener('pagehide', () => {
      this.commit()
      this.queue.leave()
    })
    window.addEventListener('offline', () => this.finish.show())
    window.addEventListener('pageshow', (event) => event.persisted && location.reload())
    this.finish.show()
  }

  sections() { return [...this.root.querySelectorAll('section[data-item]')] }

  sectionOf(item) { return this.sections().find((section) => section.dataset.item === item) }

  now() { return new Date(Date.now() + this.ahead).toISOString() }

  say(name, values) { return filled(this.root.dataset['t' + name], values) }

  prepare(section) {
    ordering(section, (what, n, all) => {
      if (n > 0) this.root.querySelector('[data-say]').textContent = this.say('Moved', { what, n, all })
    })
    this.last.set(section.dataset.item, this.answer(section))
  }

  answer(section) { return JSON.stringify([choices(section), certainty(section)]) }

  // The page shows what the server knows; what it does not know yet lies on top.
  overlay(entry) {
    const fields = new URLSearchParams(entry.form)
    const section = this.sectionOf(fields.get('item'))
    if (!section) return
    if (entry.slot.startsWith('flag:')) return this.pages.flag(section, fields.get('flagged') === '1')
    fill(section, fields.getAll('choice'), fields.get('certainty'))
    this.last.set(section.dataset.item, this.answer(section))
    this.pages.answered(section, choices(section).length > 0)
    this.status(section, 'waiting', this.say('Waiting', { n: this.waiting() }))
  }

  changed(event, afterMs) {
    const section = event.target.closest('section[data-item]')
    if (!section || this.root.dataset.behaviour === 'adaptive') return
    clearTimeout(this.timer)
    if (this.typing && this.typing !== section) this.commit()
    this.typing = section
    if (afterMs > 0) this.timer = setTimeout(() => this.commit(), afterMs)
    else this.commit()
  }

  // Queues what was changed.
  commit() {
    clearTimeout(this.timer)
    const section = this.typing
    this.typing = null
    if (!section || !section.isConnected) return
    const answer = this.answer(section)
    const given = choices(section)
    this.pages.answered(section, given.length > 0)
    if (answer === this.last.get(section.dataset.item)) return
    const before = JSON.parse(this.last.get(section.dataset.item))
    this.last.set(section.dataset.item, answer)
    if (given.length > 0 || before[0].length > 0) this.send(section, [])
  }

  send(section, more) {
    const { item } = section.dataset
    const sure = certainty(section)
    const form = [['item', item]].concat(choices(section).map((choice) => ['choice', choice]), sure ? [['certainty', sure]] : [],
      [['given', this.now()], ['seconds', this.watch.take(item)], ['device', this.device]], more)
    this.status(section, 'saving', this.say('Saving'))
    this.queue.put(this.at + '/answers', 'answer:' + item, form)
  }

  clicked(event) {
    const button = event.target.closest('button, a[data-to]')
    if (!button) return
    const section = button.closest('section[data-item]')
    if (button.dataset.to) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      this.pages.go(button.dataset.to)
    } else if (button.name === 'go') {
      event.preventDefault()
      this.pages.go(button.value)
    } else if (button.name === 'flag') {
      event.preventDefault()
      this.flag(section, button.getAttribute('aria-pressed') !== 'true')
    } else if (button.name === 'check') {
      event.preventDefault()
      this.check(section)
    }
  }

  flag(section, on) {
    this.pages.flag(section, on)
    this.queue.put(this.at + '/flags', 'flag:' + section.dataset.item, [['item', section.dataset.item], ['flagged', on ? '1' : '0']])
  }

  check(section) {
    this.typing = null
    clearTimeout(this.timer)
    this.last.set(section.dataset.item, this.answer(section))
    const fragment = this.root.dataset.behaviour === 'adaptive' ? [] : [['q', section.dataset.q], ['all', this.root.dataset.all]]
    this.send(section, [['check', '1']].concat(fragment))
  }

  waiting() { return this.queue.entries().filter((entry) => entry.slot).length }

  told(entry, state, detail) {
    const item = new URLSearchParams(entry.form).get('item')
    const section = entry.slot.startsWith('answer:') && this.sectionOf(item)
    if (section && state === 'done') this.arrived(section, entry, detail)
    if (section && state === 'refused') this.status(section, 'refused', this.say('Refused', { why: detail }))
    if (state === 'waiting' || state === 'signin') {
      const n = this.waiting()
      this.queue.entries().forEach((one) => {
        const of = one.slot.startsWith('answer:') && this.sectionOf(new URLSearchParams(one.form).get('item'))
        if (of) this.status(of, 'waiting', this.say('Waiting', { n }))
      })
    }
    if (this.finish) this.finish.show(state)
  }

  arrived(section, entry, detail) {
    const checked = entry.form.some(([name]) => name === 'check')
    if (checked && this.root.dataset.behaviour === 'adaptive') {
      location.replace(this.at)
      return
    }
    const later = this.queue.entries().some((one) => one.slot === entry.slot)
    if (later) return // a newer answer is still on its way
    if (checked && detail) this.replace(section, detail)
    else this.status(section, 'done', this.say('Done', { time: clockOf(new Date(Date.now() + this.ahead)) }))
  }

  // Shows a question anew, as the server drew it after a check.
  replace(section, html) {
    const hold = document.createElement('template')
    hold.innerHTML = html
    const fresh = hold.content.querySelector('section[data-item]')
    if (!fresh) return
    const focused = section.contains(document.activeElement)
    fresh.hidden = section.hidden
    section.replaceWith(fresh)
    this.prepare(fresh)
    this.pages.answered(fresh, true)
    const found = fresh.querySelector('[data-checked]')
    if (!found || !focused) return
    found.tabIndex = -1
    found.focus()
  }

  status(section, state, text) {
    const line = section.querySelector('.saved')
    if (!line) return
    line.dataset.state = state
    line.textContent = text
  }
}

function filled(text, values) {
  return (text || '').replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole))
}

function clockOf(time) {
  return time.toLocaleTimeString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', hour12: false })
}
