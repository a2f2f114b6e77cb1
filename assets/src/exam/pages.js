// Goes from question to question within the page. The address follows (?q=3), so that the browser's Back works and a
// reload comes back to the same question.
export class Pages {
  // leaving(next) is told before another section is shown; next is null for the review.
  constructor(root, at, leaving) {
    this.root = root
    this.at = at
    this.leaving = leaving
    this.sections = () => [...root.querySelectorAll('section[data-q]')]
  }

  start() {
    if (!this.current()) return
    const keys = this.root.querySelector('[data-shortcuts]')
    if (keys) keys.hidden = false
    this.leaving(this.current().dataset.item ? this.current() : null)
    if (!keys) return // one question at a time: there is nowhere to go
    history.replaceState({ q: this.current().dataset.q }, '', this.address(this.current().dataset.q))
    window.addEventListener('popstate', (event) => event.state && event.state.q && this.show(event.state.q))
    document.addEventListener('keydown', (event) => this.pressed(event))
  }

  current() { return this.sections().find((section) => !section.hidden) }

  address(q) { return this.at + '?q=' + q }

  go(q) {
    if (!this.show(q)) return
    history.pushState({ q }, '', this.address(q))
  }

  show(q) {
    const next = this.sections().find((section) => section.dataset.q === String(q))
    if (!next) return false
    this.leaving(next.dataset.item ? next : null)
    this.sections().forEach((section) => { section.hidden = section !== next })
    this.root.querySelectorAll('.qnav [data-to]').forEach((link) => {
      if (link.dataset.to === String(q)) link.setAttribute('aria-current', 'step')
      else link.removeAttribute('aria-current')
    })
    const heading = this.root.querySelector('h1')
    const { tTitle, tReview, all } = this.root.dataset
    heading.textContent = next.dataset.item ? tTitle.replace('{n}', q).replace('{all}', all) : tReview
    document.title = heading.textContent + ' · Khuê Văn'
    window.scrollTo(0, 0)
    heading.focus()
    return true
  }

  pressed(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.target.matches('input[type=text]')) return
    const by = { KeyN: 1, KeyP: -1 }[event.code]
    const all = this.sections()
    const next = by && all[all.indexOf(this.current()) + by]
    if (!next) return
    event.preventDefault()
    this.go(next.dataset.q)
  }

  answered(section, yes) { this.mark(section.dataset.q, 'done', yes) }

  flag(section, on) {
    const button = section.querySelector('[name=flag]')
    if (button) {
      button.setAttribute('aria-pressed', String(on))
      button.value = on ? '0' : '1'
    }
    this.mark(section.dataset.q, 'flagged', on)
  }

  // Shows a state of a question in the navigator and the review.
  mark(q, name, holds) {
    const link = this.root.querySelector(`.qnav [data-to="${q}"]`)
    if (!link) return
    link.classList.toggle('is-' + name, holds)
    const says = (state, shown) => link.querySelectorAll(`[data-is="${state}"]`).forEach((word) => { word.hidden = !shown })
    says(name, holds)
    if (name === 'done') says('open', !holds)
    const list = this.root.querySelector(`[data-list="${name === 'done' ? 'open' : name}"]`)
    const line = list.querySelector(`[data-about="${q}"]`)
    line.hidden = name === 'done' ? holds : !holds
    list.hidden = [...list.querySelectorAll('[data-about]')].every((one) => one.hidden)
    this.count()
  }

  count() {
    const { tAnswered, tConfirm, tConfirmOpen, all } = this.root.dataset
    const open = this.root.querySelectorAll('[data-list=open] [data-about]:not([hidden])').length
    this.root.querySelector('[data-answered]').textContent = tAnswered.replace('{n}', all - open).replace('{all}', all)
    const form = this.root.querySelector('form[data-confirm]')
    if (form) form.dataset.confirm = open > 0 ? tConfirmOpen.replace('{n}', open) : tConfirm
  }
}
