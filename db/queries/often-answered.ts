import type { AnsweredPersonView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { type PersonRow, personColumns, personJoins, userLineOf } from './person-row.ts'
import { isNotHidden } from './post-row.ts'
import type { Reader } from './reader.ts'

/** A user's newest replies, which alone are looked at. */
export const REPLIES_READ = 500
const PEOPLE_SHOWN = 5

/** Whom a user's newest replies answer most, the most answered first, then A–Z; not the user. */
export async function oftenAnswered(sql: Reader, username: string): Promise<AnsweredPersonView[]> {
  const rows = await sql<(PersonRow & { answerCount: number })[]>`
    select u.answer_count, ${personColumns(sql)}
    from (
      select newest.reply_n as username, count(*)::int as answer_count
      from (
        select p.reply_n from userpost p
        where p.username = ${username} and p.kind = 'reply' and ${isNotHidden(sql)}
        order by p.k desc limit ${sql.unsafe(String(REPLIES_READ))}
      ) newest
      where newest.reply_n <> ${username} and ${isUserShown(sql, sql`newest.reply_n`)}
        and exists (select from name where name.username = newest.reply_n)
      group by newest.reply_n
      order by answer_count desc, newest.reply_n limit ${sql.unsafe(String(PEOPLE_SHOWN))}
    ) u ${personJoins(sql)}
    order by u.answer_count desc, u.username`
  return rows.map((row) => ({ ...userLineOf(row), answerCount: row.answerCount }))
}
