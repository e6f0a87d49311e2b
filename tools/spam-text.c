/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the mails of made-up campaigns say: sentences of tests/mail/languages that fit a line, and
 * phrases in which a name stands for #.  Each can be written in all charsets of its language, has
 * no character that HTML would need an entity for, and no link.
 */
#include "spam-text.h"

static const struct spam_charset us_ascii = {"us-ascii", "US-ASCII", false};
static const struct spam_charset latin1 = {"iso-8859-1", "ISO-8859-1", true};
static const struct spam_charset windows_1252 = {"windows-1252", "WINDOWS-1252", true};
static const struct spam_charset utf8 = {"utf-8", "UTF-8", true};
static const struct spam_charset koi8_r = {"koi8-r", "KOI8-R", true};
static const struct spam_charset windows_1251 = {"windows-1251", "WINDOWS-1251", true};
static const struct spam_charset iso_2022_jp = {"iso-2022-jp", "ISO-2022-JP", false};
static const struct spam_charset shift_jis = {"shift_jis", "CP932", true};
static const struct spam_charset gb2312 = {"gb2312", "GBK", true}; /* as senders use it */
static const struct spam_charset big5 = {"big5", "BIG5-HKSCS", true};

static const char *const english_sentences[] = {
    "Your invoice for March is attached, please pay by Friday.",
    "Are you coming to dinner on Saturday?",
    "Cheap watches, free shipping this week only!",
    "Your parcel could not be delivered.",
    "Thanks for the photos, they are lovely.",
    "Lowest mortgage rates in ten years, apply now.",
    "Reminder: library books are due tomorrow.",
    "Hi Tom, I left my umbrella in your car last night.",
    "Could you bring it to the office tomorrow?",
    "Thanks a lot, and drive carefully in all that rain.",
    "Dear customer, we have noticed unusual activity on your account.",
    "Please find enclosed invoice 20417 for the repair of your heating.",
    "The amount of 318.50 is payable within thirty days without deduction.",
    "Work from home and earn up to 4,000 a month!",
    "No experience is needed, all you want is a telephone and two hours a day.",
    "Your subscription ends on 30 June.",
    "We got back from the mountains late on Sunday.",
    "The children slept all the way, and the dog has lost another tooth.",
    "Dear Sarah, it was so good to hear from you after all this time.",
    "Proposals must reach the secretary at least one week before the meeting.",
    "Tea and cake will be served.",
    "The small company you have never heard of may be the best investment of the year.",
    "Experts expect it to double again before the end of the month.",
    "Your order 58112 has been shipped.",
    "It contains one desk lamp in brass, two sets of bed linen and a kitchen timer.",
    "Delivery usually takes three to five working days.",
    "Please log out before midnight and save your drafts.",
    "I am the manager of the audit department of a bank in West Africa.",
    "I ask for your help to transfer this money abroad.",
    "Here is what you missed this week.",
    "If you no longer wish to receive this letter, click on the link at the bottom.",
    "The picture hangs in our office now.",
    "Hello everyone, as most of you know I am leaving the company at the end of the month.",
    "Please have a look at the new price list.",
    "The delivery takes three to five working days.",
    "We have been in business for more than twenty years.",
    "Every customer gets a small present with the first order.",
    "Ask your neighbours, they know us already.",
    "You can cancel at any time and without a reason.",
    "More than ten thousand people have tried it so far.",
};

static const char *const english_subjects[] = {
    "Your invoice from #", "# at half price",      "Lowest prices of #, this week only",
    "Last reminder of #",  "# is waiting for you", "Your account at # was locked",
    "New watches by #",    "Earn money with #",
};

static const char *const english_offers[] = {
    "Order # today and save money on every single piece.",
    "The people of # will answer all of your questions.",
    "With # you are on the safe side, whatever happens.",
};

static const char *const traditional_sentences[] = {
    "您的包裹已送達管理室，請領取。",
    "低利貸款免擔保，當天就能撥款。",
    "圖書館週一休館，還書請投還書箱。",
    "謝謝你寄來的照片，拍得真好看。",
    "昨天借我的雨傘放在你桌上了，順便放了一包從老家帶來的花生，謝謝你。",
    "下次下雨我一定會記得自己帶傘。",
    "親愛的外婆，您最近身體好嗎？",
    "上次回去看您，已經是過年的時候了，時間過得真快。",
    "我在這裡的工作愈來愈順手，主管說下個月要讓我自己負責一個新的專案，我又高興又緊張。",
    "中秋節我會請兩天假回家，想吃您包的粽子和芋頭糕，也想陪您去廟裡拜拜。",
    "不克出席的住戶可以填寫委託書，交由其他住戶代為表決，每人以受託一戶為限。",
    "如果您有其他提案，請在十月十日以前以書面送到管理室，逾期將不列入議程。",
    "當天備有茶點和摸彩活動，準時簽到的住戶還可以領取垃圾袋一包。",
    "另外提醒各位，年底以前請完成消防設備的檢查，檢查人員會事先和您約定時間。",
    "這次活動一共有來自各地的十二萬個信箱參加抽獎，得獎的只有五位，您就是其中之一。",
    "為了避免有人冒名領取，在收到獎金以前請不要把這個消息告訴任何人。",
    "逾期沒有辦理的話視同放棄，獎品將由候補的得獎人遞補，敬請把握時間。",
    "這一期的電子報要帶大家去看海。",
    "編輯部提醒您，冬天的東北季風很強，騎車時要注意安全，也要多帶一件防風外套。",
    "林小姐您好，謝謝您上週來參加本公司的面試。",
    "如果您願意接受，請在本週五下班以前回信告訴我們，並註明可以開始上班的日期。",
};

static const char *const traditional_subjects[] = {
    "您的發票 #", "#半價優惠", "帳戶異常通知 #", "最後提醒 #", "恭喜您中獎 #",
};

static const char *const traditional_offers[] = {
    "今天就訂購#，每一件都為您省錢。",
    "#的工作人員會回答您所有的問題。",
    "有了#，您可以完全放心。",
};

static const char *const simplified_sentences[] = {
    "明天晚上一起吃饭吧，我请客。",
    "您的发票已经开好，请查收附件。",
    "全场商品五折起，仅限本周末！",
    "会议改到下午三点，请准时参加。",
    "妈，我已经到学校了，宿舍很干净，同屋的两个同学也很好相处。",
    "天气比家里凉快一些，您别担心，周末我再给您打电话。",
    "随信附上本月的对账单，请核对金额是否正确。",
    "如果没有问题，请在十五日之前把货款汇到合同上写明的账户。",
    "亲爱的小梅，好久没有给你写信了，不知道你最近过得怎么样？",
    "我上个月换了工作，现在在一家出版社做编辑，每天看很多稿子，虽然辛苦，但是很有意思。",
    "办公室在一条安静的老街上，楼下有一家小面馆，老板总是多给我加一勺辣椒。",
    "上个星期天我去爬了山，山上的叶子已经红了一大片，我拍了不少照片，下次寄给你。",
    "国庆节你有什么打算？",
    "祝你一切顺利，也替我问候叔叔阿姨。",
    "各位企业负责人：您是否正在为员工流失、成本上升而烦恼？",
    "我公司将于下月中旬举办为期两天的管理培训课程，由多位具有二十年实战经验的讲师亲自授课。",
    "课堂上不讲空话，全部使用真实案例，学员可以把自己企业的问题带到现场讨论。",
    "培训费用为每人两千八百元，包括教材、午餐和结业证书，三人以上报名可享受九折优惠。",
    "名额只有六十个，报满为止。",
    "如果您不想再收到此类邮件，请回复退订两个字。",
    "由此给您带来的不便，我们深表歉意。",
    "按照合同的约定，请贵公司在发货之前支付余款，共计人民币四万三千二百元。",
    "货物大约需要四天到达，请提前安排好卸货的工人和存放的场地。",
    "收货时请当场清点数量，检查外包装是否破损，发现问题请在送货单上注明并拍照留存。",
    "安装所需的工具和说明书放在第一个箱子里，安装方法很简单，一般两个人半天就可以装完。",
    "如果需要我们派师傅上门安装，请提前三天告诉我们，费用另外计算。",
};

static const char *const simplified_subjects[] = {
    "您的发票 #", "#半价优惠", "账户异常通知 #", "最后提醒 #", "恭喜您中奖 #",
};

static const char *const simplified_offers[] = {
    "今天就订购#，每一件都为您省钱。",
    "#的工作人员会回答您所有的问题。",
    "有了#，您可以完全放心。",
};

static const char *const portuguese_sentences[] = {
    "O almoço de domingo é em casa da avó.",
    "A sua encomenda foi enviada esta manhã.",
    "Não se esqueça de trazer o guarda-chuva.",
    "Parabéns pelo novo emprego, você merece!",
    "O boleto vence amanhã, evite a multa.",
    "A reunião foi adiada para segunda-feira.",
    "Você tem duas mensagens não lidas.",
    "Emagreça dez quilos em apenas um mês.",
    "Oi, Paula, cheguei bem e já estou no hotel.",
    "A viagem foi longa, mas a vista do quarto compensa tudo.",
    "Amanhã mando as fotos da praia para vocês.",
    "Prezado cliente, o seu cadastro está desatualizado.",
    "Pedimos desculpa pelo incómodo.",
    "Segue em anexo o recibo referente ao mês de maio.",
    "Qualquer dúvida, estamos à disposição pelo telefone ou por correio eletrônico.",
    "Ganhe até três mil reais por mês trabalhando em casa, nas horas vagas.",
    "Não precisa de experiência, basta ter vontade e um computador.",
    "Temos um gato muito sossegado.",
    "As inscrições para o curso de cerâmica terminam na sexta-feira.",
    "Há apenas quatro vagas, e o forno novo já está a funcionar.",
    "A sua assinatura será renovada automaticamente no dia primeiro.",
    "Se quiser cancelar, faça isso até o final desta semana na página da sua conta.",
    "Querida Beatriz, finalmente arranjei um bocadinho para te escrever.",
    "O gato ainda não se habituou ao chão novo e anda a escorregar por todo o lado.",
    "No fim do mês vamos passar uns dias ao norte, para a vindima dos meus tios.",
    "Queres vir connosco?",
    "Há lugar no carro e camas para todos.",
    "A documentação está disponível na portaria.",
    "O seu pedido foi confirmado e já está sendo preparado.",
    "A primeira consulta é gratuita e sem compromisso.",
    "Responda a esta mensagem com o seu nome e o melhor horário para receber uma ligação.",
    "No sábado passado, mais de duzentas pessoas ajudaram a limpar as margens do rio.",
    "Foram recolhidas três toneladas de lixo, entre pneus velhos, garrafas e até um piano.",
    "Boa noite a todos, escrevo para combinar o aniversário da mamãe.",
    "Se chover, a gente muda tudo para a garagem.",
    "Por favor, não contem nada a ela; quero que seja uma surpresa de verdade.",
    "Os passes mensais são válidos também nos autocarros.",
    "Envio em anexo o meu currículo e duas cartas de recomendação.",
};

static const char *const portuguese_subjects[] = {
    "Sua fatura da #",      "# pela metade do preço",
    "Última chance: #",     "Sua conta na # foi bloqueada",
    "Ganhe dinheiro com #", "Promoção de verão #",
};

static const char *const portuguese_offers[] = {
    "Peça # hoje mesmo e economize em cada compra.",
    "O pessoal da # vai responder a todas as suas perguntas.",
    "Com a # você está sempre em boas mãos.",
};

static const char *const spanish_sentences[] = {
    "Te espero a las ocho en la puerta del cine.",
    "Su factura de abril ya está disponible.",
    "¡Última oportunidad!",
    "Relojes a mitad de precio.",
    "Mañana no hay clase de guitarra, lo siento.",
    "Gracias por su compra, vuelva pronto.",
    "Su contraseña caduca dentro de tres días.",
    "Feliz cumpleaños, abuela, te queremos mucho.",
    "Se ha cancelado la reunión del jueves.",
    "Gane dinero desde casa sin ningún esfuerzo.",
    "¿Lo dejamos para la semana que viene?",
    "Estimado cliente: hemos detectado un acceso sospechoso a su cuenta.",
    "Si no puede acudir, llámenos con un día de antelación.",
    "¡Quedan muy pocas plazas!",
    "Adjuntamos el presupuesto para pintar la escalera del edificio.",
    "El precio incluye los materiales y la mano de obra, pero no el impuesto.",
    "Se ruega a los vecinos que no dejen bicicletas en el portal.",
    "A partir del lunes, las que sigan allí se guardarán en el sótano.",
    "Ya he leído el libro que me prestaste y me ha encantado, sobre todo el final.",
    "Te lo devuelvo el viernes con una tableta de chocolate.",
    "Empresa internacional necesita representantes en su zona.",
    "Buen sueldo, horario flexible y formación a cargo de la empresa.",
    "El barrio es muy tranquilo, hay un parque delante y los niños ya tienen amigos.",
    "Ven a vernos cuando quieras; te enseñaré la terraza y cenaremos mirando el mar.",
    "Estimado amigo: le escribo con la mayor discreción.",
    "Durante ese tiempo no podrá consultar su correo ni acceder a la página de clientes.",
    "Disculpe las molestias que podamos causarle.",
    "¿Cansado de pagar demasiado por el seguro del coche?",
    "Nuestros clientes ahorran por término medio doscientos euros al año.",
    "El club de lectura vuelve a reunirse después de las vacaciones.",
    "Un técnico pasará por su domicilio el jueves entre las nueve y la una.",
    "Tenga preparado, por favor, el recibo de compra.",
    "Hola a todos: os cuento cómo queda lo de la excursión.",
    "Llevad botas, agua, algo de comer y una chaqueta, que arriba siempre sopla el viento.",
    "Comeremos junto al río y volveremos antes de que se haga de noche.",
    "Quien no haya pagado todavía puede dármelo en el autobús.",
    "Con nuestro método aprenderá a hablar inglés en doce semanas sin estudiar gramática.",
    "Miles de alumnos de todas las edades lo han probado ya y están encantados.",
};

static const char *const spanish_subjects[] = {
    "Su factura de #",         "# a mitad de precio",
    "Última oportunidad de #", "Su cuenta en # está bloqueada",
    "Gane dinero con #",       "Este año: #",
};

static const char *const spanish_offers[] = {
    "Pida # hoy mismo y ahorre dinero en cada compra.",
    "La gente de # responderá a todas sus preguntas.",
    "Con # usted siempre está en buenas manos.",
};

static const char *const russian_sentences[] = {
    "Встречаемся завтра у входа в метро.",
    "Счёт за апрель во вложении.",
    "Скидки до семидесяти процентов на всё!",
    "Собрание перенесено на пятницу.",
    "С днём рождения, любимая бабушка!",
    "Ваш заказ готов, можно забирать.",
    "Спасибо за книгу, очень понравилась.",
    "Похудеть за месяц легко и без диеты!",
    "Отключение горячей воды до среды.",
    "Мама, мы доехали хорошо, в поезде было тепло и тихо.",
    "Завтра идём в музей, а вечером позвоним тебе из гостиницы.",
    "Ваш счёт временно заблокирован.",
    "Напоминаем, что квитанции за электричество нужно оплатить до десятого числа.",
    "Показания счётчика можно сообщить по телефону или в конторе.",
    "Высылаем вам договор на ремонт офиса.",
    "Просим подписать оба экземпляра и вернуть один из них с курьером до конца недели.",
    "Семинар для бухгалтеров: новые правила отчётности, типичные ошибки и ответы на вопросы.",
    "Количество мест ограничено, стоимость участия четыре тысячи рублей.",
    "Кто забыл в переговорной чёрный зонт и шарф?",
    "Вещи лежат у меня на столе, заберите их до пятницы, потом я ухожу в отпуск.",
    "Продаётся дача в сорока километрах от города: дом из бруса, баня, колодец, яблони.",
    "Посмотрел ваш отчёт, в целом всё хорошо.",
    "Проверьте, пожалуйста, таблицу на третьей странице, там не сходится итоговая сумма.",
    "Наконец-то собралась тебе написать.",
    "Бабушка варит варенье и спрашивает, когда ты приедешь.",
    "Приезжай хотя бы на выходные, место найдётся всем, а вечером будем пить чай на веранде.",
    "Ваш номер стал победителем юбилейной лотереи, и вы получаете новый автомобиль.",
    "В субботу с девяти часов утра в нашем дворе состоится субботник.",
    "Будем красить скамейки, сажать кусты и убирать прошлогодние листья.",
    "Лопаты, грабли и перчатки выдаст дворник, краску привезут накануне.",
    "После работы всех участников ждут горячий чай и пироги.",
    "Приносим извинения за неудобства.",
    "Все заказы, которые вы уже оплатили, будут доставлены в срок.",
    "Надоело работать на чужого дядю?",
    "Откройте собственное дело без вложений и опыта!",
    "Первый урок вы получите бесплатно сразу после регистрации.",
    "Сотни наших учеников уже уволились с нелюбимой работы и путешествуют по миру.",
    "Не упустите свой шанс, набор в группу заканчивается в воскресенье.",
    "Городская библиотека приглашает на вечер, посвящённый истории почты.",
    "Коллеги, добрый день!",
};

static const char *const russian_subjects[] = {
    "Ваш счёт от #",         "# за полцены",         "Последнее напоминание #",
    "Ваш доступ к # закрыт", "Заработок вместе с #", "Только сегодня #",
};

static const char *const russian_offers[] = {
    "Закажите # сегодня и сэкономьте на каждой покупке.",
    "Сотрудники # ответят на все ваши вопросы.",
    "С # вы всегда в надёжных руках.",
};

static const char *const japanese_sentences[] = {
    "明日の会議は十時からに変更です。",
    "請求書を添付しましたのでご確認ください。",
    "全品半額セール開催中です。",
    "お誕生日おめでとう、楽しんでね。",
    "荷物は明日の午前中に届きます。",
    "写真ありがとう、とてもきれいでした。",
    "パスワードの期限が近づいています。",
    "駅前の喫茶店で六時に待っています。",
    "誰でも簡単に月収五十万円が稼げます！",
    "お母さん、無事に着きました。",
    "部屋は思ったより広くて、窓から川が見えます。",
    "荷物の片づけが終わったら、また電話しますね。",
    "お客様の口座で不審なログインが確認されました。",
    "水道工事のため、木曜日の午前九時から正午まで断水いたします。",
    "ご不便をおかけしますが、ご理解とご協力をお願いいたします。",
    "先日ご依頼いただいた見積書をお送りします。",
    "内容をご確認のうえ、今月末までにご返事をいただけますと幸いです。",
    "自宅のパソコンで一日三十分の作業をするだけで、毎月十万円の副収入が得られます。",
    "まずは無料の資料をご請求ください。",
    "【激★安】高級腕時計のコピ一品が今だけ９割引き！",
    "在庫わずか、お急ぎください。",
    "昨日お借りした本、一晩で読んでしまいました。",
    "最後の場面では涙が出ました。",
    "土曜日にお返しに行きますので、お茶でもいかがですか。",
    "会員の有効期限が来月末で切れます。",
    "今月中に更新していただいた方には、映画の割引券を二枚プレゼントいたします。",
    "会議室に黒い傘を忘れた方はいませんか。",
    "受付で預かっていますので、お心当たりのある方は金曜日までに取りに来てください。",
    "ご無沙汰しております。",
    "お元気でお過ごしでしょうか。",
    "こちらは先月ようやく引っ越しが終わり、新しい町での暮らしにも少しずつ慣れてきました。",
    "家の裏には小さな山があって、朝は鳥の声で目が覚めます。",
    "子どもたちも学校に友達ができたようで、放課後は日が暮れるまで川で遊んでいます。",
    "春になったら桜がきれいだそうです。",
    "ぜひ一度、ご家族で遊びにいらしてください。",
    "部屋はたくさんありますし、温泉も車で十分のところにあります。",
    "おめでとうございます！",
    "厳正なる抽選の結果、あなたは総額三億円の支援金を受け取る権利に当選いたしました。",
    "平素より当サービスをご利用いただき、誠にありがとうございます。",
    "下記の日程でサーバーの保守作業を実施いたします。",
};

static const char *const japanese_subjects[] = {
    "#からのお知らせ", "#の請求書", "半額セール #", "アカウントの確認 #", "#が当たりました",
};

static const char *const japanese_offers[] = {
    "#を今すぐ注文してください。",
    "#の担当者がすべての質問にお答えします。",
    "#なら安心してお使いいただけます。",
};

static const char *const german_sentences[] = {
    "Kommst du heute Abend zum Essen vorbei?",
    "Ihre Rechnung vom März liegt bei.",
    "Uhren zum Schnäppchenpreis, nur noch heute!",
    "Der Zug hat leider zwanzig Minuten Verspätung.",
    "Herzlichen Glückwunsch zur bestandenen Prüfung!",
    "Bitte gießt am Wochenende meine Blumen.",
    "Ihr Paket liegt in der Filiale bereit.",
    "Die Sitzung am Dienstag fällt aus.",
    "Verdienen Sie Geld im Schlaf, ganz ohne Risiko.",
    "Liebe Oma, vielen Dank für die warmen Socken!",
    "Sie passen genau, und ich trage sie jeden Tag in der Schule.",
    "Bis zu den Ferien, dein Jonas.",
    "Sehr geehrter Kunde, Ihr Konto wurde vorübergehend gesperrt.",
    "Am Donnerstag wird von acht bis zwölf Uhr das Wasser abgestellt.",
    "Bitte füllen Sie vorher ein paar Eimer und schließen Sie alle Hähne.",
    "Anbei erhalten Sie unser Angebot für die Reparatur des Daches.",
    "Der Preis gilt bis Ende Juli und enthält das Gerüst, die Ziegel und die Entsorgung.",
    "Traumurlaub an der See: fünf Nächte mit Frühstück schon ab 199 Euro!",
    "Buchen Sie bis Sonntag, und Ihr Kind fährt kostenlos mit.",
    "Wer hat aus Versehen meine blaue Jacke mitgenommen?",
    "Sie hing gestern im Flur neben der Küche.",
    "In der Tasche steckt noch mein Hausschlüssel.",
    "Ihr Abonnement läuft am Monatsende aus.",
    "Verlängern Sie jetzt um ein Jahr und erhalten Sie als Dankeschön eine Taschenlampe.",
    "Ich habe den Bericht gelesen und ein paar Anmerkungen an den Rand geschrieben.",
    "Die Zahlen auf Seite vier stimmen nicht mit der Tabelle überein.",
    "Liebe Katrin, endlich komme ich dazu, dir zu schreiben.",
    "Am nächsten Morgen lag Schnee auf den Gipfeln.",
    "Die Kaution überweisen Sie bitte auf das Konto, das Ihnen bekannt ist.",
    "Für die gute Zusammenarbeit in den vergangenen Jahren danke ich Ihnen herzlich.",
    "Rechnungen und Verträge können Sie in dieser Zeit weder ansehen noch ändern.",
    "Ihre Telefonanschlüsse sind davon nicht betroffen.",
    "Müde von teuren Stromrechnungen?",
    "Wechseln Sie jetzt und sparen Sie bis zu dreihundert Euro im Jahr!",
    "Und das Beste: Die ersten hundert Kunden erhalten einen Gutschein für den Baumarkt.",
    "Los geht es am Samstag um vierzehn Uhr mit einem Staffellauf für die Kleinen.",
    "Bei schlechtem Wetter feiern wir in der Halle, dann bitte nur mit sauberen Turnschuhen.",
    "Schreibt mir bitte bis Mittwoch, was ihr darüber denkt.",
    "Am Freitag bin ich nicht im Haus, ihr erreicht mich aber auf dem Handy.",
    "Dreimal im Jahr stellen wir Ihnen Bücher vor, die uns besonders gefallen haben.",
};

static const char *const german_subjects[] = {
    "Ihre Rechnung von #",
    "# zum halben Preis",
    "Letzte Mahnung von #",
    "Nur diese Woche: #",
    "Ihr Konto bei # wurde gesperrt",
    "Geld verdienen mit #",
    "# wartet auf Sie, schöne Grüße",
};

static const char *const german_offers[] = {
    "Bestellen Sie # noch heute und sparen Sie bei jedem Stück.",
    "Die Leute von # beantworten gern alle Ihre Fragen.",
    "Mit # sind Sie immer auf der sicheren Seite.",
};

static const char *const french_sentences[] = {
    "On se retrouve à midi devant la gare ?",
    "Votre facture de juin est disponible en ligne.",
    "Merci pour les fleurs, elles sont superbes.",
    "Le cours de yoga de ce soir est annulé.",
    "Votre colis sera livré demain matin.",
    "Gagnez un voyage pour deux au soleil.",
    "Bon anniversaire, mon grand, déjà dix ans !",
    "Coucou, je suis bien arrivée chez mes parents.",
    "Cher client, une connexion inhabituelle a été constatée sur votre compte.",
    "Merci de ne rien laisser sur les paliers et de fermer la porte de la cour.",
    "Vous trouverez ci-joint le devis pour le remplacement des fenêtres.",
    "Il est valable trois mois et comprend la pose ainsi que le nettoyage.",
    "Perdez cinq kilos en deux semaines grâce à notre tisane naturelle !",
    "Livraison gratuite dès deux boîtes achetées, satisfait ou remboursé.",
    "Bonjour, est-ce que la poussette que vous vendez est encore disponible ?",
    "Je pourrais passer la chercher samedi en fin de matinée.",
    "Votre abonnement arrive à échéance le 15 mai.",
    "Quand viens-tu nous voir ?",
    "Nous avons bien reçu votre commande et nous vous en remercions.",
    "Bonsoir à tous, voici les dernières nouvelles pour le week-end.",
    "La clé est sous le pot de fleurs à gauche de la porte.",
    "Attention au chemin après le pont, il y a de gros trous depuis les dernières pluies.",
    "Pensez aussi à prendre de bonnes chaussures et un maillot, car le lac est à deux pas.",
    "Sauf erreur de notre part, la facture numéro 4471 du 3 octobre reste impayée à ce jour.",
};

static const char *const french_subjects[] = {
    "Votre facture #",           "# à moitié prix",           "Dernier rappel de #",
    "Votre compte # est bloqué", "Gagnez de l'argent avec #", "Offre spéciale été #",
};

static const char *const french_offers[] = {
    "Commandez # dès maintenant et faites des économies.",
    "Les gens de # répondront à toutes vos questions.",
    "Avec # vous êtes toujours entre de bonnes mains.",
};

#define LIST(list)                                                                                 \
    {                                                                                              \
        list, sizeof(list) / sizeof((list)[0])                                                     \
    }
#define LANGUAGE(name) LIST(name##_sentences), LIST(name##_subjects), LIST(name##_offers)

const struct spam_language spam_languages[SPAM_LANGUAGES] = {
    {40, true, LANGUAGE(english), "Click here for more", {&us_ascii, &latin1, &utf8}},
    {10, false, LANGUAGE(traditional), "點擊這裡了解詳情", {&big5, &big5, &utf8}},
    {8, false, LANGUAGE(simplified), "点击这里了解详情", {&gb2312, &gb2312, &utf8}},
    {10,
     true,
     LANGUAGE(portuguese),
     "Clique aqui para saber mais",
     {&latin1, &windows_1252, &utf8}},
    {8, true, LANGUAGE(spanish), "Haga clic aquí para leer más", {&latin1, &windows_1252, &utf8}},
    {8, false, LANGUAGE(russian), "Подробнее по этой ссылке", {&koi8_r, &windows_1251, &utf8}},
    {6, false, LANGUAGE(japanese), "詳しくはこちら", {&iso_2022_jp, &shift_jis, &utf8}},
    {6, true, LANGUAGE(german), "Hier klicken und mehr lesen", {&latin1, &windows_1252, &utf8}},
    {4, true, LANGUAGE(french), "Cliquez ici pour en savoir plus", {&latin1, &windows_1252, &utf8}},
};
