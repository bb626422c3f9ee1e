"""The words of the shared test timelines, in a left-to-right, a right-to-left and a CJK language.

They are test material only: plain invented sentences, long and short, so that layouts are tried hard.
"""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "key_kind": "Kind",
        "key_unkind": "Unkind",
        "key_right": "Right",
        "key_wrong": "Wrong",
        "key_late": "Too slow",
        "key_hug": "to hug",
        "divide": "Divide the money among the three boxes.",
        "boxes": "I keep|Goes to everyone in my own group, in equal parts, as we all agreed before|The other group",
        "rank": "What is most important to you? Put these in their order.",
        "ranked": "Fairness|Care for those who need it most, wherever they live|Loyalty|Freedom",
        "select": "What have you done in the last month?",
        "selected": "Given money|Given blood|Helped a stranger to find the way, although I was late myself|None of these",
        "friend": "What is the first name of a friend?",
        "thinking": "Please think of **[[friend]]** for a moment.",
        "price": "Three pens cost 4.50. How much do seven cost?",
        "decide": "This amount for you alone, or $75 for the person who is number **20** on your list?",
        "mine": "The amount for me alone",
        "theirs": "$75 for the other person",
        "title": "Every kind of screen",
        "welcome": "Welcome",
        "welcome_text": "In this study you will read about people and say what you feel and think. "
        "There are **no right or wrong answers**, and you can take all the time you need.\n\n"
        "It takes about ten minutes.",
        "consent": "About this study",
        "consent_text": "This study is about how people think and feel when they read about others who "
        "are in need. You will read short descriptions, look at drawings, and answer questions.\n\n"
        "**What you will do.** You will read some texts and answer questions by clicking or with the "
        "keyboard. In one part you decide what happens to a small sum of money. Some descriptions are "
        "about illness and poverty and may make you sad.\n\n"
        "**Your rights.** Taking part is voluntary. You can skip any question, take a break, or leave "
        "at any time without giving a reason, and you keep the full payment for taking part.\n\n"
        "**Your data.** We store your answers under a random code, never under your name. Nobody can "
        "tell from the data who you are. The anonymous data may be shared with other researchers, so "
        "that they can check our results.\n\n"
        "**Risks and benefits.** There are no risks beyond those of reading a newspaper. There is no "
        "direct benefit for you, but the results may help to understand how people help each other.\n\n"
        "**Questions.** If you have any questions, please ask the experimenter now, or write to the "
        "laboratory whose address is on the sheet that you were given.",
        "note": "Version 1.2 of 3 March. Please keep the printed copy.",
        "agree": "Do you agree to take part?",
        "yes": "Yes, I agree to take part",
        "no": "No, I do not want to take part",
        "fixation": "Look at the picture that follows.",
        "appeal": "Amina is seven years old",
        "appeal_text": "She lives with her two brothers. This year **the rain did not come**, and the "
        "family has not had enough to eat for three months.",
        "eight": "Eight children",
        "eight_text": "All of them live in the same village and wait for the same medicine.",
        "choice": "Which of these comes closest to what you think?",
        "options": "Definitely not|Probably not|I am not sure|Probably, if somebody else helps too|Yes, "
        "most likely|Yes, definitely, and I would ask my friends to help as well|I would rather not "
        "think about it|Something else",
        "pictures": "Which picture do you like better?",
        "picture_a": "Picture A",
        "picture_b": "Picture B",
        "picture_c": "Picture C",
        "picture_d": "Picture D",
        "check": "How much does each of the five units amount to?",
        "check_options": "One half|One|Ten",
        "again": "Please read this once more: **each unit is one**.",
        "feelings": "How much do you feel each of the following right now?",
        "items": "Compassionate|Sympathetic|Moved|Troubled|Upset by what I have read just now",
        "points": "Not at all|A little|Somewhat|Very much|Extremely",
        "seven": "My help would make a real difference to the people who were described.",
        "disagree": "Disagree strongly",
        "agree_strongly": "Agree strongly",
        "bipolar": "Compared with before, how close do you feel to other people?",
        "less": "Much less close",
        "more": "Much closer",
        "marks": "Please mark your answer on each line.",
        "mark_items": "How cold or warm do you feel towards this group?|How much does it weigh on you?|"
        "How willing would you be to help?|How likely is it that help arrives in time?",
        "mark_low": "Not at all|Cold|Nothing|Impossible",
        "mark_high": "Very much|Warm|All I can|Certain",
        "give": "How much do you give?",
        "give_text": "You have **[[sum]]**. You can keep all of it, give all of it, or divide it as you like.",
        "keep": "You keep",
        "gives": "You give",
        "line": "In one word, what are you feeling?",
        "lines": "Please describe what went through your mind.",
        "age": "How old are you, in years?",
        "receipt": "Your decisions",
        "receipt_text": "You gave **[[given]]** and keep **[[kept]]**.",
        "end": "Thank you for taking part",
        "end_text": "Please tell the experimenter that you have finished.",
        "declined": "You have decided not to take part. Thank you for your time.",
        "ineligible": "This study is for adults. Thank you for your interest.",
        "left": "You have left the study. You keep the full payment.",
        "typed_line": "warm",
        "typed_lines": 'She said "no", then left.\nAnd so did I.',
    },
    "he": {
        "key_kind": "אדיב",
        "key_unkind": "לא אדיב",
        "key_right": "נכון",
        "key_wrong": "שגוי",
        "key_late": "לאט מדי",
        "key_hug": "לחבק",
        "divide": "חלקו את הכסף בין שלוש הקופות.",
        "boxes": "נשאר אצלי|לכל חברי הקבוצה שלי, בחלקים שווים, כפי שהסכמנו כולנו|הקבוצה השנייה",
        "rank": "מה הכי חשוב לכם? סדרו לפי הסדר.",
        "ranked": "הוגנות|דאגה למי שזקוק לה ביותר, בכל מקום שהוא|נאמנות|חירות",
        "select": "מה עשיתם בחודש האחרון?",
        "selected": "תרמתי כסף|תרמתי דם|עזרתי לאדם זר למצוא את הדרך, אף שמיהרתי בעצמי|אף אחד מאלה",
        "friend": "מהו השם הפרטי של חבר או חברה?",
        "thinking": "חשבו לרגע על **[[friend]]**.",
        "price": "שלושה עטים עולים 4.50. כמה עולים שבעה?",
        "decide": "הסכום הזה לכם בלבד, או $75 לאדם שמספרו **20** ברשימה שלכם?",
        "mine": "הסכום לי בלבד",
        "theirs": "$75 לאדם האחר",
        "title": "כל סוגי המסכים",
        "welcome": "ברוכים הבאים",
        "welcome_text": "במחקר הזה תקראו על אנשים ותאמרו מה אתם מרגישים וחושבים. "
        "**אין תשובות נכונות או שגויות**, ואפשר לקחת את כל הזמן הדרוש.\n\n"
        "המחקר נמשך כ־10 דקות.",
        "consent": "על המחקר",
        "consent_text": "המחקר עוסק במה שאנשים חושבים ומרגישים כשהם קוראים על אחרים הזקוקים לעזרה. "
        "תקראו תיאורים קצרים, תסתכלו בציורים ותענו על שאלות.\n\n"
        "**מה תעשו.** תקראו כמה טקסטים ותענו על שאלות בעכבר או במקלדת. בחלק אחד תחליטו מה ייעשה בסכום "
        "כסף קטן (עד $5). חלק מן התיאורים עוסקים במחלה ובעוני ועלולים להעציב.\n\n"
        "**הזכויות שלכם.** ההשתתפות היא מרצון. אפשר לדלג על כל שאלה, לעשות הפסקה או לעזוב בכל עת בלי "
        "לתת סיבה, והתשלום המלא על ההשתתפות נשאר שלכם.\n\n"
        "**הנתונים שלכם.** התשובות נשמרות תחת קוד אקראי ולעולם לא תחת שמכם. איש אינו יכול לדעת מן "
        "הנתונים מי אתם. הנתונים האנונימיים עשויים להימסר לחוקרים אחרים כדי שיוכלו לבדוק את התוצאות.\n\n"
        "**סיכונים ותועלת.** אין סיכונים מעבר לאלה של קריאת עיתון. אין לכם תועלת ישירה, אך התוצאות "
        "עשויות לעזור להבין כיצד אנשים עוזרים זה לזה.\n\n"
        "**שאלות.** אם יש לכם שאלות, נא לשאול עכשיו את עורך הניסוי, או לכתוב למעבדה לפי הכתובת שבדף "
        "שקיבלתם (Lab 12, building B).",
        "note": "גרסה 1.2 מיום 3 במרץ. נא לשמור את העותק המודפס.",
        "agree": "האם אתם מסכימים להשתתף?",
        "yes": "כן, אני מסכים/ה להשתתף",
        "no": "לא, אינני רוצה להשתתף",
        "fixation": "הסתכלו בתמונה הבאה.",
        "appeal": "אמינה בת שבע",
        "appeal_text": "היא גרה עם שני אחיה. השנה **לא ירד גשם**, ולמשפחה אין די אוכל כבר שלושה חודשים.",
        "eight": "שמונה ילדים",
        "eight_text": "כולם גרים באותו כפר ומחכים לאותה תרופה.",
        "choice": "מה מבין אלה קרוב ביותר למה שאתם חושבים?",
        "options": "בהחלט לא|כנראה לא|אינני בטוח/ה|אולי, אם גם מישהו אחר יעזור|כן, קרוב לוודאי|כן, "
        "בהחלט, והייתי מבקש/ת גם מחבריי לעזור|הייתי מעדיף/ה לא לחשוב על כך|משהו אחר",
        "pictures": "איזו תמונה מוצאת חן בעיניכם יותר?",
        "picture_a": "תמונה א",
        "picture_b": "תמונה ב",
        "picture_c": "תמונה ג",
        "picture_d": "תמונה ד",
        "check": "כמה שווה כל אחת מחמש היחידות?",
        "check_options": "חצי|אחד|עשר",
        "again": "נא לקרוא זאת שוב: **כל יחידה שווה אחד**.",
        "feelings": "עד כמה אתם מרגישים עכשיו כל אחד מאלה?",
        "items": "חמלה|אהדה|התרגשות|דאגה|מצוקה ממה שקראתי זה עתה",
        "points": "כלל לא|מעט|במידה מסוימת|מאוד|במידה רבה מאוד",
        "seven": "העזרה שלי תשנה באמת את חייהם של האנשים שתוארו.",
        "disagree": "כלל לא מסכים/ה",
        "agree_strongly": "מסכים/ה מאוד",
        "bipolar": "בהשוואה לקודם, עד כמה אתם מרגישים קרובים לאנשים אחרים?",
        "less": "הרבה פחות קרוב/ה",
        "more": "הרבה יותר קרוב/ה",
        "marks": "נא לסמן את תשובתכם על כל קו.",
        "mark_items": "עד כמה אתם מרגישים קור או חום כלפי הקבוצה?|עד כמה זה מעיק עליכם?|"
        "עד כמה הייתם מוכנים לעזור?|מה הסיכוי שהעזרה תגיע בזמן?",
        "mark_low": "כלל לא|קור|דבר|בלתי אפשרי",
        "mark_high": "מאוד|חום|כל מה שאפשר|ודאי",
        "give": "כמה אתם נותנים?",
        "give_text": "יש לכם **[[sum]]**. אפשר לשמור הכול, לתת הכול או לחלק כרצונכם.",
        "keep": "נשאר אצלכם",
        "gives": "אתם נותנים",
        "line": "במילה אחת, מה אתם מרגישים?",
        "lines": "נא לתאר מה עבר לכם בראש.",
        "age": "בני כמה אתם, בשנים?",
        "receipt": "ההחלטות שלכם",
        "receipt_text": "נתתם **[[given]]** ונשאר אצלכם **[[kept]]**.",
        "end": "תודה על ההשתתפות",
        "end_text": "נא לומר לעורך הניסוי שסיימתם.",
        "declined": "החלטתם לא להשתתף. תודה על זמנכם.",
        "ineligible": "המחקר מיועד למבוגרים. תודה על התעניינותכם.",
        "left": "עזבתם את המחקר. התשלום המלא נשאר שלכם.",
        "typed_line": "חום",
        "typed_lines": 'היא אמרה "לא" ב־3 PM.\nוגם אני.',
    },
    "zh": {
        "key_kind": "友善",
        "key_unkind": "不友善",
        "key_right": "正确",
        "key_wrong": "错误",
        "key_late": "太慢",
        "key_hug": "拥抱",
        "divide": "请把钱分到三个箱子里。",
        "boxes": "自己保留|按照大家事先的约定，平均分给我们组的每一个人|另一组",
        "rank": "对您来说什么最重要？请排序。",
        "ranked": "公平|关心最需要帮助的人，无论他们住在哪里|忠诚|自由",
        "select": "上个月您做过哪些事？",
        "selected": "捐过钱|献过血|帮陌生人找路，尽管自己也要迟到了|以上都没有",
        "friend": "您的一位朋友叫什么名字？",
        "thinking": "请想一想**[[friend]]**。",
        "price": "三支笔卖4.50元，七支笔卖多少钱？",
        "decide": "这笔钱归您自己，还是$75归您名单上的第**20**号？",
        "mine": "这笔钱归我自己",
        "theirs": "$75归另一个人",
        "title": "每一种屏幕",
        "welcome": "欢迎",
        "welcome_text": "在本研究中，您将读到一些人的情况，并说出您的感受和想法。**答案没有对错之分**，"
        "您可以按自己的节奏慢慢来。\n\n大约需要10分钟。",
        "consent": "关于本研究",
        "consent_text": "本研究关注人们在读到需要帮助的人时的想法和感受。您将阅读简短的描述，观看图画，并回答问题。\n\n"
        "**您要做什么。**您将阅读一些文字，并用鼠标或键盘回答问题。在其中一个部分，您要决定一小笔钱的去向"
        "（最多$5）。有些描述涉及疾病和贫困，可能会让您难过。\n\n"
        "**您的权利。**参加是自愿的。您可以跳过任何问题，可以休息，也可以随时退出而无需说明理由，"
        "并且仍会得到全部参与报酬。\n\n"
        "**您的数据。**我们以随机代码保存您的回答，绝不使用您的姓名。没有人能从数据中看出您是谁。"
        "匿名数据可能会与其他研究者共享，以便他们检验我们的结果。\n\n"
        "**风险与益处。**除了阅读报纸可能带来的感受之外，没有其他风险。您不会直接获益，但研究结果可能有助于"
        "理解人们如何互相帮助。\n\n"
        "**问题。**如果您有任何问题，请现在询问实验人员，或写信给实验室（Lab 12, building B），地址在发给您的说明上。",
        "note": "版本1.2，3月3日。请保留打印件。",
        "agree": "您同意参加吗？",
        "yes": "是，我同意参加",
        "no": "否，我不想参加",
        "fixation": "请看接下来的图片。",
        "appeal": "阿米娜今年七岁",
        "appeal_text": "她和两个兄弟住在一起。今年**一直没有下雨**，这家人已经三个月没有足够的食物了。",
        "eight": "八个孩子",
        "eight_text": "他们都住在同一个村子里，等待同一种药。",
        "choice": "下面哪一项最接近您的想法？",
        "options": "肯定不会|可能不会|我不确定|也许会，如果别人也帮忙的话|会，很有可能|会，一定会，"
        "而且我还会请朋友们一起帮忙|我宁愿不去想这件事|其他",
        "pictures": "您更喜欢哪一张图片？",
        "picture_a": "图片甲",
        "picture_b": "图片乙",
        "picture_c": "图片丙",
        "picture_d": "图片丁",
        "check": "五个单位中的每一个是多少？",
        "check_options": "一半|一|十",
        "again": "请再读一遍：**每个单位是一**。",
        "feelings": "您现在对以下每一项的感受有多强？",
        "items": "慈悲|同情|感动|忧虑|因刚才读到的内容而难过",
        "points": "完全没有|有一点|有一些|很强|极其强烈",
        "seven": "我的帮助会给所描述的人带来真正的改变。",
        "disagree": "非常不同意",
        "agree_strongly": "非常同意",
        "bipolar": "与之前相比，您觉得自己与其他人有多亲近？",
        "less": "疏远得多",
        "more": "亲近得多",
        "marks": "请在每条线上标出您的回答。",
        "mark_items": "您对这个群体的感觉有多冷淡或多温暖？|这件事在您心里有多沉重？|您有多愿意帮助？|"
        "帮助及时到达的可能性有多大？",
        "mark_low": "完全没有|冷淡|一点也不|不可能",
        "mark_high": "非常|温暖|尽我所能|一定会",
        "give": "您捐出多少？",
        "give_text": "您有**[[sum]]**。您可以全部留下，全部捐出，或按您的意愿分配。",
        "keep": "您留下",
        "gives": "您捐出",
        "line": "用一个词说，您现在有什么感受？",
        "lines": "请描述您刚才想到了什么。",
        "age": "您今年多少岁？",
        "receipt": "您的决定",
        "receipt_text": "您捐出了**[[given]]**，留下**[[kept]]**。",
        "end": "感谢您的参与",
        "end_text": "请告诉实验人员您已经完成。",
        "declined": "您决定不参加。感谢您的时间。",
        "ineligible": "本研究面向成年人。感谢您的关注。",
        "left": "您已退出研究。您仍会得到全部报酬。",
        "typed_line": "温暖",
        "typed_lines": '她说："不"，然后走了。\n我也是。',
    },
}
