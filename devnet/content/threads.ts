import { keyed, type Line, line } from './line.ts'

/** Conversations: the first is alice's long one, with branches down to depth 7. */
export const THREADS: readonly Line[] = [
  keyed(
    'stayed',
    'alice',
    'A question for everybody here: what made you *stay* on #twister? Not why you came. Why you are still here on a Tuesday.',
    keyed(
      'stayed-bob',
      'bob',
      'Nobody can switch it off. I have been on the air long enough to like networks without an owner. #mesh',
      line(
        'erin',
        'Same. My threat model is boring: companies that lose interest.',
        line(
          'dave',
          'Genau das. Ich habe drei Netzwerke sterben sehen, und jedes Mal waren die Fotos weg.',
          keyed(
            'stayed-deep',
            'ivan',
            'У меня так пропал форум со всеми наблюдениями кометы. Двенадцать лет записей. 😔',
            line(
              'alice',
              'Twelve years! Did anybody keep a copy?',
              line(
                'ivan',
                'Один человек сохранил половину. На дискетах. Я не шучу.',
                line('bob', 'Floppies! I still have a drive. Send me a photo of the labels, I will try to read them.'),
              ),
            ),
            line('niaj', 'الورق أيضاً ذاكرة جيدة، يا صديقي. لكنه لا يحبّ الماء.'),
          ),
        ),
        line('mallory', 'My threat model is you lot. <i>Kidding.</i> Mostly. &amp; no.'),
      ),
    ),
    keyed(
      'stayed-carol',
      'carol',
      'Fiquei por causa das pessoas. Aqui ninguém me mostra anúncio de câmera que já comprei 😂 #semalgoritmo',
      line(
        'heidi',
        '広告がないのが一番いいですね。静かです。',
        line(
          'frank',
          '對，安靜。像清晨的菜市場還沒開門的時候。',
          line('heidi', 'うちの豆腐屋も同じ時間です。朝四時。'),
        ),
      ),
    ),
    line(
      'grace',
      'सच कहूँ तो: आदत। और यहाँ बहस में कोई चिल्लाता नहीं। #चाय',
      line('judy', 'גם אצלנו בספרייה אסור לצעוק 🤫 אז הרגשתי בבית.'),
    ),
    line('judy', 'The order of things. Oldest first, newest last, nobody decides for me. Like a card catalogue.'),
    line('niaj', 'لأن الكلمات هنا تُوقَّع، مثل لوحة الخطّ. من وقّع فقد التزم.'),
  ),

  keyed(
    'tomato',
    'alice',
    'First ripe tomato of the year, 41 days after planting out. Variety is `Tigerella`, seeds from the swap. #garden #tomatoes 🍅',
    line(
      'carol',
      'Que inveja boa! Aqui só manjericão este mês. Qual a temperatura à noite?',
      line(
        'alice',
        'About 12°C at night, but they sit against a south wall that keeps warm until morning.',
        line('carol', 'Parede virada pro sul! Aqui no hemisfério de baixo seria norte, claro 🙃'),
      ),
    ),
    line(
      'dave',
      'Meine sind noch grün wie Bremens Ampeln nachts um drei.',
      line('erin', 'So, green but nobody is looking?'),
    ),
  ),

  keyed(
    'keychange-warning',
    'erin',
    'Laptop left on the 424 bus to Carraroe. Disk was encrypted, but I will *replace my twister key* today anyway. Treat anything odd from me as odd. #keyrotation',
    line(
      'bob',
      'Good practice. Will you sign something with the old one so that we know?',
      line(
        'erin',
        'The chain does it for me: the new registration carries a signature by the old key. No old key, no replacement.',
        line(
          'dave',
          'Und die alten Posts bleiben gültig? Also die mit dem alten Schlüssel?',
          line('erin', 'Yes. Every post is checked with the key that was valid at its height.'),
        ),
      ),
    ),
    line('mallory', 'Which bus line did you say? Asking for a friend.'),
  ),

  keyed(
    'antenna',
    'bob',
    'Built a 40 m end-fed for the roof this weekend. 49:1 transformer on an FT240-43, SWR under 1.5 across the band. Photos: [the build log](https://bob.example.net/radio/end-fed.html) #hamradio',
    line(
      'ivan',
      'Отличная работа! У нас мачта обледенела, жду весны. Какой провод?',
      line('bob', '2.5 mm² flex from the electrician next door. It does not need to be _fancy_, it needs to be *up*.'),
    ),
    line('alice', 'Does it survive harmattan dust?', line('bob', 'Dust yes. Kites no. Two so far. 🪁')),
  ),

  keyed(
    'bread',
    'dave',
    'Sauerteig, Tag 5: Er lebt. Er riecht nach Apfel und ein bisschen nach Garage. #brot #sauerteig',
    line(
      'heidi',
      '豆腐の大豆かすを入れるとおいしいですよ。おからパン。',
      line('dave', 'Das probiere ich! Wie viel auf ein Kilo Mehl?', line('heidi', '150グラムくらいからどうぞ。')),
    ),
    line('judy', 'My grandmother fed hers with a spoon of yoghurt. It outlived two husbands.'),
    line('mallory', '~Garage~ is not a flavour profile. `sudo rm -rf sourdough`'),
  ),

  keyed(
    'nightmarket',
    'frank',
    '今晚的夜市：蚵仔煎、豆花、還有一隻很有禮貌的狗。#曼谷 #夜市 🐕',
    line(
      'heidi',
      'その犬の写真はありますか？とても大事な質問です。',
      line('frank', '有！但是牠一直微笑，看起來像在賣保險。'),
    ),
    line('grace', 'That dog has better manners than my whole newsroom.'),
  ),

  keyed(
    'thai',
    'frank',
    'วันนี้ฝนตกทั้งวัน เลยอยู่บ้านเขียนโค้ดกับต้มมาม่า ใครอยู่กรุงเทพฯ บ้างครับ #กรุงเทพ #ฝนตก',
    line(
      'alice',
      'I can read exactly one word of that and it is the instant noodles.',
      line('frank', 'ถูกต้องครับ 😄 that is the important one.'),
    ),
  ),

  keyed(
    'cricket',
    'grace',
    'आख़िरी ओवर, छह रन चाहिए, और पड़ोसी का टीवी हमसे दस सेकंड आगे है। ज़िंदगी बर्बाद। #क्रिकेट',
    line(
      'bob',
      'Shortwave. No delay. Just saying. 📻',
      line('grace', 'अब रेडियो ही खरीदूँगी। कौन-सा?', line('bob', 'Anything with a knob you can turn in the dark.')),
    ),
  ),

  keyed(
    'library',
    'judy',
    'הוחזר היום ספר שהושאל ב-1987. בתוך הספר: כרטיס אוטובוס, עלה יבש ופתק "סליחה". מחלתי. #ספרים #ספרייה 📚',
    line(
      'niaj',
      'أجمل غرامة تأخير في التاريخ. ما اسم الكتاب؟',
      line('judy', 'تعال للمكتبة وأخبرك ☕️ (סתם: "מסביב לעולם בשמונים יום")'),
    ),
    line('alice', 'Around the world in thirty-seven years. :)'),
  ),

  keyed(
    'ink',
    'niaj',
    'صنعتُ اليوم حبراً من قشر الجوز والصمغ العربي. لونه بنّي دافئ، ويحتاج إلى صبر ثلاثة أيام. #خط #حبر',
    line(
      'judy',
      'יש תמונה של כתיבה בדיו הזאת?',
      line('niaj', 'نعم: https://niaj.example.org/ink/walnut.html (صفحة بسيطة بلا صور متحركة)'),
    ),
    line('carol', 'Tinta de nogueira também serve para revelar filme, sabia? Cafenol é quase isso. #fotografia'),
  ),

  keyed(
    'meteor',
    'ivan',
    'Сегодня ночью максимум потока. Если небо чистое — выключайте фонари и смотрите на северо-восток. #астрономия #Персеиды ☄️',
    line(
      'dave',
      'Hier: Wolken. Wie immer, wenn am Himmel etwas los ist.',
      line('ivan', 'Закон Мерфи для телескопов: апертура притягивает облака.'),
    ),
    line(
      'alice',
      'Counted *eleven* in an hour from the allotment. One left a trail for about three seconds.',
      line(
        'ivan',
        'Одиннадцать — прекрасно! Запишите время самого яркого, пожалуйста.',
        line(
          'alice',
          '01:47 UTC, low in the NE, orange. Give or take a minute.',
          line('ivan', 'Записал. Спасибо, коллега! 🙏'),
        ),
      ),
    ),
  ),

  keyed(
    'kyoto',
    'heidi',
    '今朝の鴨川です。霧の中を自転車が一台だけ。#京都 #写真 #朝',
    line(
      'carol',
      'Que luz! Filme ou digital?',
      line(
        'heidi',
        'フィルムです。三十六枚で一か月もちます。',
        line('carol', 'Disciplina que eu não tenho. Ontem fiz 400 num bloco de carnaval.'),
      ),
    ),
    line('dave', 'Ein Fahrrad im Nebel. Mehr braucht ein Bild nicht.'),
  ),

  keyed(
    'unicode',
    'mallory',
    'Torture test, part 1: a͌̏l̒ġ̚o̥r̲ȉt̄h̨m 👩‍👩‍👧‍👦 🏳️‍🌈 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘ #ẞ #İstanbul',
    line(
      'erin',
      'My terminal asked whether I was all right.',
      line(
        'mallory',
        'Then the test passed. Next: ‮txet lortnoc idib‬ and a_very_long_word_without_any_place_to_break_it_Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
      ),
    ),
    line('heidi', '最後まで読めました。🐈'),
  ),

  keyed(
    'html',
    'mallory',
    'If you see a box now, your client is broken: <script>alert("mallory was here")</script><img src=x onerror="alert(2)"> [click](javascript:alert(3)) [data](data:text/html,<b>x</b>) "quoted" \'single\' #xss&co',
    line('alice', 'No box here. Try harder.', line('mallory', 'I only have 140 characters, Alice. Well. `280`.')),
  ),
]
