// Passkeys: a button with data-passkey="get" or "create" asks the server for options, the browser for the passkey, and sends
// its form with the answer in the field that data-into names. Without support the button stays hidden.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

export function passkeys(document) {
  if (!window.PublicKeyCredential) return
  for (const button of document.querySelectorAll('[data-passkey]')) {
    button.hidden = false
    button.addEventListener('click', () => press(button))
  }
}

async function press(button) {
  const form = button.form
  const wrong = form.querySelector('[data-passkey-error]')
  if (!form.reportValidity()) return
  button.disabled = true
  wrong.hidden = true
  try {
    const answer = await fetch(button.dataset.options, { method: 'POST' })
    if (!answer.ok) throw new Error(String(answer.status))
    const { publicKey } = await answer.json()
    const credential = button.dataset.passkey === 'create' ? await create(publicKey) : await get(publicKey)
    form.elements[button.dataset.into].value = JSON.stringify(credential)
    form.submit()
  } catch {
    wrong.textContent = button.dataset.failed
    wrong.hidden = false
    button.disabled = false
  }
}

const known = (list) => (list || []).map((c) => ({ ...c, id: bytes(c.id) }))

async function create(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials)
    }
  })
  const { clientDataJSON, attestationObject } = made.response
  const transports = made.response.getTransports ? made.response.getTransports() : []
  return { ...named(made), response: { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject), transports } }
}

async function get(options) {
  const found = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) }
  })
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response
  return {
    ...named(found),
    response: { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle ? text(userHandle) : null }
  }
}

const named = (credential) => ({ id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: credential.getClientExtensionResults() })
