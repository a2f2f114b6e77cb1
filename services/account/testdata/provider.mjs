// A real OpenID provider for tests: node provider.mjs PORT REDIRECT_URI. Whoever signs in under a name is the person with that
// personnel code. It prints "ready" when it listens.
import Provider from 'oidc-provider'

const [port, redirect] = process.argv.slice(2)
const issuer = `http://127.0.0.1:${port}`
const client = (id) => ({
  client_id: id,
  client_secret: 'secret of ' + id,
  redirect_uris: [redirect],
  grant_types: ['authorization_code'],
  response_types: ['code']
})

const provider = new Provider(issuer, {
  clients: [client('khuevan'), client('another')],
  pkce: { required: () => true },
  claims: { openid: ['sub'], staff: ['personnel_code'] },
  scopes: ['openid', 'staff'],
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: 'subject-' + id, personnel_code: id }) }),
  cookies: { keys: ['only for tests'] }
})
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'))
process.stdin.resume().on('end', () => process.exit(0)) // it ends with whoever started it
