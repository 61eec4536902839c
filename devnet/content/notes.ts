import { keyed, type Line, line } from './line.ts'

/** Single posts, some with an answer or two, in each author's own voice. */
export const NOTES: readonly Line[] = [
  keyed('hello-alice', 'alice', 'Hello #twister! Setting this up took twenty minutes, of which fifteen were tea.'),
  line('bob', 'Good morning from Lagos. Band conditions: poor. Jollof: excellent. #hamradio'),
  line(
    'carol',
    'Bom dia! Feira de São José antes do calor: caju, rendas e um senhor que toca rabeca. #recife #fotografia',
  ),
  line('dave', 'Moin. Gegenwind auf dem Hinweg, Gegenwind auf dem Rückweg. #fahrrad #bremen'),
  line('erin', 'Reminder: backups you have not restored are *hopes*. #backup #security'),
  line('frank', '大家好！我是 Frank，剛剛搬到曼谷。這裡的時間軸是按時間排的，感動。#twister'),
  line('grace', 'नमस्ते! पुणे में पहली बारिश, पहली चाय, पहला #twister संदेश। ☕🌧️'),
  line('heidi', 'はじめまして。京都の豆腐屋です。今日の絹ごしはよくできました。#豆腐 #京都'),
  line('ivan', 'Привет, твистер! Буду писать про небо над Томском. #привет #астрономия'),
  line('judy', 'שלום לכולם! ספרנית בחיפה. מקבלת המלצות, נותנת המלצות. #ספרים'),
  line('niaj', 'السلام عليكم. هذه أول رسالة لي هنا، وأنا أتعلّم. #خط #قهوة'),
  line('mallory', 'hi. i will be your *adversary* this evening.'),

  keyed(
    'compose',
    'alice',
    'My whole self-hosting setup is one `docker-compose.yml`, one cron job and one sticky note that says _do not upgrade on Fridays_. #selfhosting',
  ),
  line('alice', 'Rain. Replies are open. ☔'),
  keyed('slugs', 'alice', 'Slug count tonight: 23. They were relocated with dignity and a frisbee. #garden'),
  keyed(
    'long-backup',
    'alice',
    'How I back up a small server, since three of you asked: nightly snapshot to a second disk, weekly copy to a friend (encrypted before it leaves), and once a quarter I restore everything onto an old laptop and *use it for a day*. The last step finds every mistake of the other two. #backup #selfhosting',
    line(
      'erin',
      'The quarter-day restore is the whole trick. Stealing this.',
      line('alice', 'Take it. It was never mine, I learned it from a librarian.', line('judy', '👀 You are welcome.')),
    ),
  ),
  line('alice', 'E-mail me at alice@example.org if you want Tigerella seeds, I have about forty spare. #tomatoes'),
  line(
    'alice',
    'Reading list this week: https://example.org/papers/kademlia.pdf and then, for dessert, https://example.org/recipes/rhubarb?portions=4&oven=180 #reading',
  ),

  line(
    'bob',
    'Today I explained impedance to a ten year old with a garden hose. She understood faster than I did. #teaching',
  ),
  keyed(
    'net',
    'bob',
    'Evening net on 7.105 MHz at 19:00 UTC. All welcome, no licence needed to *listen*. #hamradio #lagos',
    line(
      'ivan',
      'Слышал вас в прошлый раз, 559! С замираниями, но слышал.',
      line('bob', '559 to Tomsk on 20 watts! You made my week, Иван.'),
    ),
  ),
  line('bob', 'New parts drawer. I have sorted resistors by colour, which is either obvious or very funny.'),
  line('bob', 'Formula of the day: `f = 1 / (2π√(LC))`. Write it on the wall, then on your heart.'),
  line('bob', '@carol your photo of the fiddler is now my wallpaper. Just so you know. 🎻'),

  keyed(
    'maracatu',
    'carol',
    'Ensaio de maracatu na rua da Moeda. Trinta alfaias e um poste de luz piscando no ritmo. #maracatu #recife',
    line(
      'frank',
      '聲音一定很震撼！有錄音嗎？',
      line('carol', 'Tem um trechinho de 20 segundos: {link:maracatu-audio}'),
    ),
  ),
  keyed(
    'long-carol',
    'carol',
    'Uma coisa que aprendi fotografando na rua: peça licença antes, mostre a foto depois e mande uma cópia sempre. Levo uma impressora pequena na mochila; dá mais trabalho, mas ninguém nunca me disse não duas vezes. E quando dizem não na primeira, a conversa costuma ser melhor do que a foto teria sido. #fotografia #rua',
    line(
      'heidi',
      '「断られた会話のほうが写真よりよい」、名言です。',
      line('carol', 'Obrigada! Vou mandar bordar numa almofada.'),
    ),
    line('grace', 'Applies to journalism, word for word.'),
  ),
  line('carol', 'Saudade: palavra que só faz sentido quando o ônibus já virou a esquina. #palavras'),
  line('carol', 'Café n.º 3. Agora sim consigo focar. -- Literalmente. Era a lente. #fotografia ☕📷'),
  line('carol', 'Alguém em #lisboa tem um ampliador 35 mm parado em casa? Pago em bolo de rolo.'),

  line('dave', 'Neue Übersetzung fertig: 14 Zeichenketten, 3 Tippfehler gefunden, 1 davon meiner. #freiesoftware'),
  keyed(
    'bikepath',
    'dave',
    'Der neue Radweg an der Weser ist *fertig*. Er endet an einem Zaun. Natürlich endet er an einem Zaun. #fahrrad #bremen',
    line('erin', 'Ours ends in the sea. At least there is a view.'),
  ),
  line('dave', 'Liste der Dinge, die ein Schloss verdienen: Fahrrad, Schuppen, Keksdose.'),
  line(
    'dave',
    'Frage in die Runde: #LiberaPay oder klassisch per Überweisung spenden? Was kommt wirklich an?',
    line('erin', 'Transfer. Fewer middlemen, fewer logs.'),
  ),

  keyed(
    'keychange-done',
    'erin',
    'New key is in the chain. If you can verify this post, the replacement worked. :) #keyrotation',
    line(
      'alice',
      'Verified. Old ones too.',
      line('erin', 'Lovely. And the laptop came back, by the way: a schoolteacher handed it in with a note.'),
    ),
  ),
  line('erin', 'Passwords: long, boring, different, written down. In that order. #security'),
  line('erin', 'Someone printed a _phishing awareness_ poster with a QR code on it. I have questions.'),
  keyed(
    'tea',
    'erin',
    'Poll without a poll button: milk first or tea first? Answer with the correct one. #tea',
    line('judy', 'Lemon.', line('erin', 'That is a *third* option and I respect it.')),
    line('niaj', 'الميرمية أولاً، ثم نتناقش.'),
    line('grace', 'दूध, पानी, चाय, अदरक — सब एक साथ उबालो। बहस ख़त्म।'),
  ),

  line('frank', '除錯三小時，原因是全形空格。全。形。空。格。#程式'),
  keyed(
    'noodles',
    'frank',
    '牛肉麵的秘密：蔥先炸，再熬，最後丟掉。捨得，才有湯。#煮麵 #食譜',
    line('heidi', '豆腐も水を捨てるところが大事です。'),
    line(
      'alice',
      'Machine translation says "fry the onion, then throw it away". Is that right?',
      line('frank', 'Exactly right. The onion gives everything and leaves. Very noble onion.'),
    ),
  ),
  line('frank', 'Three alphabets on my keyboard and I still type the wrong password in all of them.'),
  line('frank', 'ข้าวเหนียวมะม่วงฤดูนี้อร่อยมาก ขอบคุณครับคุณยายข้างบ้าน 🥭 #กรุงเทพ'),

  line('grace', 'डेटा कहता है: हमारे मोहल्ले में पेड़ 18% कम हुए, पार्किंग 22% बढ़ी। कहानी लिख रही हूँ। #पुणे #data'),
  keyed(
    'split-1',
    'grace',
    'How to read a statistic in a newspaper. First ask: of how many? "Doubled" may mean from one to two. If the story does not say, the writer did not know, or hoped you would not ask. #data (1/3)',
    line(
      'grace',
      'Then: compared with when? Any line goes up if you choose where it starts. Ask for ten years, not for ten months. (2/3)',
      line(
        'grace',
        'Last: who counted, and what did they leave out? That is usually one phone call. Make it. (3/3)',
        line('judy', 'Printed all three parts and pinned them over the photocopier.'),
      ),
    ),
  ),
  line('grace', 'किताब मेले से लौटी: 4 किताबें, 1 पोस्टर, 0 पैसे। #किताबें 📚'),
  line(
    'grace',
    '@judy मराठी में एक कहावत है: "वाचाल तर वाचाल" — पढ़ोगे तो बचोगे। Untranslatable pun, sorry.',
    line('judy', 'A librarian needs no translation for that. 💙'),
  ),

  line('heidi', '朝四時。豆乳の湯気で眼鏡が真っ白です。#豆腐'),
  keyed(
    'cat',
    'heidi',
    '店の前に新しい猫が来ました。名前は「おから」にします。🐈 #猫',
    line('dave', 'Okara die Katze! Bitte regelmäßige Berichte.'),
    line('carol', 'Fotos! Fotos! Fotos!', line('heidi', 'フィルムの現像は来月です…少々お待ちください。')),
  ),
  line('heidi', '市電の最後の写真を見つけました。1978年、祖父の撮影。#京都 #電車'),
  line('heidi', '自由ソフトウェアで帳簿をつけています。確定申告も、もう怖くありません。#自由ソフトウェア'),

  line('ivan', 'Облака. #астрономия'),
  line('ivan', 'Облака, но другие. #астрономия'),
  keyed(
    'saturn',
    'ivan',
    'Наконец! Сатурн, кольца почти с ребра, щель Кассини видна в 200 мм. Руки замёрзли, сердце — нет. 🪐 #астрономия #Томск',
    line(
      'alice',
      'The rings edge-on! I need to borrow a telescope.',
      line('ivan', 'Приезжайте! Чай, пирог с черникой и −25 в подарок.'),
    ),
    line('bob', 'Worth the cold. 73 from the tropics.'),
  ),
  line(
    'ivan',
    'Школьница спросила: «Если Вселенная расширяется, почему мне тесно в автобусе?» Думаю над ответом третий день.',
  ),
  line('ivan', 'Код наблюдений: `python3 reduce.py --flat master.fits` и ~молитва~ калибровка.'),

  line('judy', 'Overdue notice of the day: "The dog ate it" — with a photo of the dog, looking sorry. Accepted.'),
  line('judy', 'המלצת השבוע: לקרוא בקול רם. גם אם אתם לבד. במיוחד אם אתם לבד. #ספרים'),
  keyed(
    'catalogue',
    'judy',
    'שאלה לידענים: איך ממיינים רשימה שיש בה עברית, ערבית, English וגם 日本語? #ספרייה #unicode',
    line('frank', 'By order of arrival. Like a noodle shop.'),
    line('dave', 'DIN 5007, Variante 3, Fußnote 12. Ich wünschte, das wäre ein Witz.'),
  ),

  line('mallory', 'Fun fact: #a#b##c is three tags, or one, or none. Ask your nearest client. @alice@bob'),
  line(
    'mallory',
    'www.example.com is not a link, http://example.com/a_(b)?c=d&e=f#g is, and ftp://example.com is a memory. javascript:alert(1) is nothing. https://user:pass@example.com@evil.example/ is rude.',
  ),
  line(
    'mallory',
    '*bold _bold and underlined_ bold* ~~~ __init__ -struck- *not closed, `code with *stars*` and \\`escaped\\` #edge*',
  ),

  line('niaj', 'قلم القصب يُبرى بزاوية، والكلام يُبرى بالصمت. #خط'),
  line('niaj', 'فنجان القهوة الثالث: هيل أكثر، كلام أقل. ☕️ #قهوة'),
  keyed(
    'kufic',
    'niaj',
    'درس اليوم: الكوفي المربّع. كل نقطة بحساب، مثل شيفرة قديمة. #خط #كوفي',
    line(
      'frank',
      'Square Kufic looks like a QR code from the ninth century. I mean that as praise.',
      line('niaj', 'وهو كذلك! وبعضها ما زال يُقرأ 😄'),
    ),
    line('dave', 'Das hätte ich gern als Fliese im Bad.'),
  ),
  line('niaj', 'رسالة بثلاث لغات: سلام, שלום, peace. ✌️ #سلام'),
]
