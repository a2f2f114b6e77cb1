// What is kept on this device: a name for it, and what has not reached the server. Where the browser keeps nothing
// (private windows, a full disk) the page itself remembers, as long as it is open.
const deviceKey = 'kv.device'
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

export function random(length) {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  return Array.from(bytes, (b) => letters[b % letters.length]).join('')
}

export function device() {
  const known = read(deviceKey)
  if (/^[a-z0-9]{16}$/.test(known || '')) return known
  const fresh = random(16)
  write(deviceKey, fresh)
  return fresh
}

// Tells forms with <input data-device> the name of this device.
export function nameDevice(document) {
  document.querySelectorAll('[data-device]').forEach((input) => { input.value = device() })
}

// kept is a list that survives the page. It is read anew each time: two tabs may hold the same attempt.
export function kept(key) {
  let here = null // where the browser keeps nothing
  return {
    all() {
      if (here) return here
      try {
        const list = JSON.parse(read(key) || '[]')
        return Array.isArray(list) ? list : []
      } catch (broken) {
        return []
      }
    },
    set(list) {
      here = write(key, list.length > 0 ? JSON.stringify(list) : null) ? null : list
    }
  }
}

function read(key) {
  try {
    return localStorage.getItem(key)
  } catch (refused) {
    return null
  }
}

function write(key, text) {
  try {
    if (text === null) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
    return true
  } catch (refused) {
    return false
  }
}
