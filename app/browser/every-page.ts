import { offerCopyLink } from './copy-link.ts'
import { listenForKeys } from './keys.ts'
import { showLocalTimes } from './local-times.ts'
import { offerVerification } from './offer-verify.ts'

// What a page can do more where there is JavaScript. Nothing of it is needed to read.
showLocalTimes()
offerVerification()
offerCopyLink()
listenForKeys()
if (document.querySelector('[data-live]') !== null) {
  void import('./live.ts').then(({ offerNewPosts }) => offerNewPosts())
}
