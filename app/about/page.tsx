import type { ReactNode } from 'react'
import { Shell } from '../_ui/shell.tsx'

export default function AboutPage(): ReactNode {
  return (
    <Shell title="About">
      <div className="prose">
        <h1>About this site</h1>
        <p>
          twister is a microblog without a company. Names are registered in a block chain; profiles are kept in a
          distributed hash table; the posts of each person travel in a swarm of those who read them. Windsock runs a
          node of that network, keeps what it sees, and shows it here. One can only read: there is nothing to sign up
          for, and nothing can be posted.
        </p>
        <h2>What is checked</h2>
        <p>
          Every post is signed. It is shown only if its signature matches the key that the chain held for its author at
          the height that the post gives; retwisted and favourite posts are checked in the same way against their own
          authors. The signed bytes are kept, and each post’s page leads to them.
        </p>
        <h2>What cannot be known</h2>
        <p>
          The time of a post is what its author wrote. A signature proves who wrote something, never that nothing is
          missing: a post that no reader kept is gone, and this site reads only the swarms it follows. So each profile
          says how many numbers are known and how many posts are here. Followers are known only from the public lists
          that were read. One author may sign two posts with the same number; where that was seen, it is said.
        </p>
        <h2>What is not shown</h2>
        <p>
          Direct messages and private favourites are encrypted. They are counted and never shown. Pictures of people are
          decoded and drawn again here; nothing is loaded from anywhere else, so reading this site tells no third party
          anything.
        </p>
        <h2>For programs</h2>
        <p>
          Everything here is also JSON: see <a href="/api">the description of the API</a>.
        </p>
      </div>
    </Shell>
  )
}
