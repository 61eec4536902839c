import type { AuthorName } from '../authors.ts'

/** What an author goes on saying. `{a|b|c}` is one of the words, `{2-9}` a number in that range. */
export interface Voice {
  readonly openers: readonly string[]
  readonly answers: readonly string[]
}

export const VOICES: Readonly<Record<AuthorName, Voice>> = {
  alice: {
    openers: [
      '{Rain|Drizzle|Sun, briefly|Fog} over the allotment, {4-19}°C. {Beans|Leeks|Courgettes|Tomatoes} don’t mind. #garden',
      'Uptime of the little server: {31-400} days. It hums in {B flat|D minor|the key of dust}. #selfhosting',
      'Moved {2-14} containers, broke {1-3}, fixed *all* of them before tea. #selfhosting',
      'Slug patrol: {3-40} relocated. The frisbee is getting tired. #garden',
      'Reading about `{kademlia|merkle trees|bencode|scrypt}` again, https://example.org/notes/{100-999} #reading',
    ],
    answers: [
      'Good point, writing that down.',
      'Is that *before* or after tea?',
      'Thank you! That worked on the second try.',
      'I have seeds for that, oddly enough. 🌱',
    ],
  },
  bob: {
    openers: [
      '{14|20|40|80} m is {open|noisy|dead quiet|full of whistles} tonight. Heard {Tomsk|Recife|Galway|Kyoto} at 5{3-9}9. #hamradio',
      'Soldered {4-40} joints, reheated {1-3}. A quiet evening. #making',
      'Net roll call: {5-19} stations, {1-4} of them new. Welcome! #hamradio #lagos',
      'Sorted the {capacitors|crystals|ferrites} drawer. Found {2-9} parts I had bought again.',
    ],
    answers: [
      '73 and well said.',
      'Loud and clear here.',
      'Try it with {4|10|20} watts less, you will be surprised.',
      'Copy that. 📻',
    ],
  },
  carol: {
    openers: [
      'Luz das {5-9} da manhã na {Boa Vista|rua da Aurora|Casa Amarela|praia do Pina}. Sem filtro, só café. #fotografia #recife',
      'Revelei {2-6} filmes, {1-2} veio em branco. Faz parte. #analogico',
      'Hoje pediram para tirar {2-12} retratos na feira e ninguém sorriu igual. #rua',
      'Ouvindo {rabeca|alfaia|frevo|ciranda} pela janela do vizinho. De graça! #maracatu',
    ],
    answers: [
      'Que maravilha!',
      'Manda foto, por favor 📷',
      'Concordo, e assino embaixo.',
      'Aqui seria igual, só que com mais calor.',
    ],
  },
  dave: {
    openers: [
      '{11-48} km, davon {3-30} mit Gegenwind. #fahrrad',
      'Brot Nr. {12-90}: Kruste {gut|sehr gut|zu gut}, Krume {dicht|locker|philosophisch}. #brot',
      '{2-19} Zeichenketten übersetzt, {1-4} davon unübersetzbar. #freiesoftware',
      'Der Zaun am Radweg hat jetzt {2-7} Schilder. #bremen',
    ],
    answers: [
      'Moin, das sehe ich auch so.',
      'Klingt nach Bremen.',
      'Darauf ein Stück Brot.',
      'Patch nehme ich gern an. :)',
    ],
  },
  erin: {
    openers: [
      'Restored a backup from {3-19} months ago. It *worked*. I am suspicious. #backup',
      'Threat of the day: {QR codes|helpful strangers|default passwords|printers}. #security',
      'Tea count: {2-7}. Keys rotated: {0-2}. A good ratio.',
      'Galway weather report: {horizontal|vertical|both} rain. Umbrellas lost: {1-5}.',
    ],
    answers: [
      'Assume breach, boil kettle.',
      'Signed and verified. ✅',
      'Write it down, on *paper*.',
      'That is a feature of the Atlantic.',
    ],
  },
  frank: {
    openers: [
      '今天的湯熬了{3-9}個小時，鄰居問了{2-6}次好了沒。#煮麵',
      '夜市統計：{2-9}攤新開，{1-3}隻狗，{0-2}次迷路。#夜市 #曼谷',
      '寫了{20-300}行程式，刪了{10-200}行。今天是好日子。#程式',
      'วันนี้{ฝนตก|แดดแรง|ลมเย็น} ข้าวเหนียวมะม่วงเหลือ{1-5}กล่อง 🥭 #กรุงเทพ',
    ],
    answers: ['太好了！', '我也想試試看。', 'ใช่ครับ 👍', '先吃麵，再討論。🍜'],
  },
  grace: {
    openers: [
      'चाय नंबर {2-7}, और ख़बर नंबर {1-4}। दोनों गरम। #चाय',
      'आज के आँकड़े: {2-40} फ़ाइलें, {1-9} गलतियाँ, {1-3} कहानी। #data #पुणे',
      'स्कोर {120-340}/{2-9}, और बारिश फिर से। #क्रिकेट',
      'Read {2-5} reports so that you need not. Short version: *it depends*. #data',
    ],
    answers: ['बिल्कुल सही।', 'Source? 🙂', 'इस पर एक चाय बनती है।', 'कितने में से कितने? पहला सवाल यही है।'],
  },
  heidi: {
    openers: [
      '今朝の豆腐は{30-90}丁。売り切れました。ありがとうございます。#豆腐',
      '市電の音で目が覚めました。{4|5}時{10-50}分。#京都 #電車',
      'おからさん（猫）は今日{2-9}回あくびをしました。🐈 #猫',
      'フィルム残り{2-35}枚。{鴨川|嵐山|伏見|錦市場}へ行ってきます。#写真',
    ],
    answers: ['すてきですね。', 'なるほど、勉強になります。', '豆腐をどうぞ。', 'おからさんも賛成だそうです。🐈'],
  },
  ivan: {
    openers: [
      'Облачность {10-100}%, надежда {10-100}%. #астрономия',
      'Снял {12-90} кадров {Луны|Юпитера|Сатурна|туманности Ориона}, годных — {1-11}. #астрономия',
      'За бортом −{5-35}. Телескоп скрипит, но держится. #Томск',
      'Нашёл в архиве запись от 19{60-99} года: «видел, не верю». #наблюдения',
    ],
    answers: ['Подтверждаю наблюдением.', 'Отлично сказано!', 'А облака были?', 'Записал в журнал. ✍️'],
  },
  judy: {
    openers: [
      'הוחזרו היום {4-60} ספרים, אבדו {0-3}, התגלו {1-5} פתקים. #ספרייה',
      'המלצה מספר {2-99}: לקרוא {בקול|בלילה|ברכבת|עם חתול}. #ספרים',
      'Somebody asked for "the {blue|green|thin|sad} book". Found it in {2-9} minutes. #library',
      'שקט בספרייה: {20-40} דציבל. שיא השנה. 🤫',
    ],
    answers: ['מסכימה.', 'יש על זה ספר. תמיד יש על זה ספר. 📚', 'Shhh. But yes.', 'רשמתי, תודה!'],
  },
  mallory: {
    openers: [
      'Today’s test string: <b onmouseover="alert({1-99})">hover</b> & &lt;friends&gt; #edge',
      'Counted {2-30} clients, {0-1} of them escaped *everything* _properly_. #edge',
      'http://example.com/{100-999}?a=1&b=<2> and `<code>{1-9}</code>` #edge',
      '#{one|two|three}#tags, @alice@bob, *half bold, ~~~, [x](data:text/html,{1-9})',
    ],
    answers: ['<blink>agreed</blink>', 'are you *sure* it was me', '"; DROP TABLE replies; --', 'ok ✋'],
  },
  niaj: {
    openers: [
      'كتبتُ اليوم حرف {الألف|الهاء|الواو|النون} {20-200} مرّة. الأخيرة أقرب. #خط',
      'فنجان رقم {2-6}، والصفحة رقم {10-90}. ☕️ #قهوة',
      'ورق جديد من {القاهرة|دمشق|حيفا|إسطنبول}، رائحته مثل المكتبات. #ورق',
      'الحبر يحتاج {2-9} ساعات بعد. الصبر يحتاج أكثر. #حبر',
    ],
    answers: ['أحسنت.', 'صدقت يا صديقي.', 'جميل جداً 🌿', 'سأكتبها بالخط الكوفي.'],
  },
}

/** Comments for retwists and favourites, where the language does not matter. */
export const COMMENTS: readonly string[] = [
  '',
  '',
  '',
  '👏',
  '^ this',
  'So much this. #twister',
  '💯',
  '(saved for later)',
]

/** Direct messages; only their number is anybody's business. */
export const WHISPERS: readonly string[] = [
  'DEVNET-SECRET see you at {5-9} by the usual bench',
  'DEVNET-SECRET the parcel weighs {1-9} kg, bring a bag',
  'DEVNET-SECRET number {100-999} works, the other one does not',
]
