// A real OpenID provider for the tests: node e2e/provider.mjs PORT ISSUER REDIRECT. It listens on this machine only and
// believes whoever signs in; a login such as "lan.DEMO-0100" is a subject whose personnel code stands after the dot.
import Provider from 'oidc-provider'

const [port, issuer, redirect] = process.argv.slice(2)
const provider = new Provider(issuer, {
  clients: [{ client_id: 'khuevan', client_secret: 'a secret of the test, in clear', redirect_uris: [redirect] }],
  claims: { openid: ['sub'], personnel: ['personnel_code'] },
  conformIdTokenClaims: false,
  cookies: { keys: ['a key of the test'] },
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, personnel_code: id.split('.')[1] }) }),
})
provider.proxy = true
provider.listen(Number(port), '127.0.0.1')
