"""Short pages, and what of each is text: lines that look like furniture, and furniture."""

from __future__ import annotations

P1 = "В парке открыли новую аллею, рассказали в городской администрации."
P2 = "Саженцы привезли из питомника, их посадили школьники и волонтеры."
P3 = "Полив наладят к началу мая, обещает садовник Игорь Лаптев."
EXCLAIMED = "Приходите в парк в субботу вечером и берите с собой друзей!"
HEADLINE = "В городском парке появилась новая аллея"
ALT = "Саженцы в парке - Sputnik Таджикистан, 1920, 02.04.2022"

HEAD = [HEADLINE, "© Sputnik / А. СомовСаженцы в парке", ALT, "Подписаться"]
TAIL = ["Лента новостей", "0"]


def same(name: str, *lines: str) -> tuple[str, list[str], list[str]]:
    """A case of a page whose lines between head and tail are all of the article."""
    return name, [*HEAD, *lines, *TAIL], list(lines)


# lines that look like furniture, in ordinary articles: none may be lost
OURS = [
    same("flash without a stop", "Подземные толчки почувствовали жители всей столицы"),
    same(
        "films with years",
        P1,
        '"Сталкер" — Андрей Тарковский, 1979',
        "Какой фильм взять в горы",
        P2,
    ),
    same("ratings", P1, "1. Магнус Карлсен - Норвегия, 2850", "2. Анна Музычук - Украина, 2520"),
    same("programme", P1, "Программа такая:", "10:00 Ярмарка", "12:00 Конкурс", "15:00 Концерт"),
    same("times of a bus", P1, "06:00", "07:30", "09:00", "10:30", "12:00", "13:30", P2),
    same(
        "live blog",
        P1,
        "12:40 Вода поднялась на метр.",
        "12:20 Людей вывели.",
        "12:00 Мост закрыт.",
    ),
    same("rates", "USD 11,30", "EUR 12,45", P1),
    same("scores", "Истиклол – Хатлон 2:1", "Худжанд – Равшан 0:0", P1),
    same("recipe", "рис - 1 кг", "морковь - 1 кг", P1),
    same("poem", "Ночь пришла", "Снег лежит", "Дом молчит", P1),
    same("subheading below the lede", P1, "Раннее утро", P2),
    same("quote without a stop above a picture's credit", P1, '"Я стараюсь", — говорит мастер', P2),
    same("list with letters", P1, "(a) a lamp,", "(b) a bell,", "(c) a helmet that fits.", P2),
    same("sentence with the sign", P1, "© На снимках стоит знак, который запрещает продажу.", P2),
    same("year as the last line", P1, "1945"),
    same("telephone", P1, "Единый телефон диспетчерской службы:", "1055"),
    same("table of numbers", P1, "Скорая", "103", "Полиция", "102"),
    same(
        "steps below an everyday word", P1, "Регистрация", "1. Откройте сайт", "2. Нажмите кнопку"
    ),
    same("name of a band", P1, "Второй день", "Night Train Orchestra"),
    same("networks above a short sentence", P1, "Telegram", "WhatsApp", "Опрос прошёл весной."),
    same("account in a sentence", P1, "Снимки он выложил на своей странице @mayor_example."),
    same("address at another host", P1, "Работы шлют на адрес konkurs@sputnik-example.org"),
    same(
        "question of an interview", P1, "Как вы пришли в эту профессию?", "— Случайно, через брата."
    ),
    same(
        "name of a site",
        P1,
        "Об этом пишет Mail.Ru Group, а билеты продает Kaktus.Media, сообщили там.",
    ),
    same("days of long ago", "14.03.1922 Первый камень", "20.05.1930 Открыт мост", P1),
    same("calendar", P1, "01.03.2022 Обрезка", "15.03.2022 Полив", P2),
    same("number above its words", "300", "Столько деревьев высадят в городе за одну весну", P1),
    same("everyday badge as a subheading", P1, "Мнение", P2),
]


# name, lines of a page, what must be in the text
CASES: list[tuple[str, list[str], list[str]]] = [
    ("bare text", [P1, P2, P3], [P1, P2, P3]),
    ("short paragraphs stay", [HEADLINE, P1, "Нет.", "— Да", P2], [P1, "Нет.", "— Да", P2]),
    ("subheadings stay", [HEADLINE, P1, "Что дальше", P2], [P1, "Что дальше", P2]),
    (
        "last line without a stop stays",
        [HEADLINE, P1, P2, "Вход свободный"],
        [P1, P2, "Вход свободный"],
    ),
    (
        "list at the end stays, the counter goes",
        [HEADLINE, P1, "Победители:", "Анна Белова", "Олег Сомов", "0"],
        [P1, "Победители:", "Анна Белова", "Олег Сомов"],
    ),
    (
        "list of networks stays behind a colon",
        [
            HEADLINE,
            P1,
            "Парк ведет страницы в сетях, их адреса есть на сайте:",
            "Telegram",
            "YouTube",
        ],
        [P1, "Парк ведет страницы в сетях, их адреса есть на сайте:", "Telegram", "YouTube"],
    ),
    ("row of share buttons goes", [HEADLINE, P1, P2, "Telegram", "WhatsApp", "0"], [P1, P2]),
    ("number as a paragraph stays", [HEADLINE, P1, "1945", P2], [P1, "1945", P2]),
    (
        "address in a sentence stays",
        [HEADLINE, P1, "Записаться можно по адресу park@example.org или по телефону 55-01-99."],
        [P1, "Записаться можно по адресу park@example.org или по телефону 55-01-99."],
    ),
    (
        "words of furniture in a sentence stay",
        [HEADLINE, P1, "Посетители просят кнопку «Подписаться», пишет Sputnik Таджикистан."],
        [P1, "Посетители просят кнопку «Подписаться», пишет Sputnik Таджикистан."],
    ),
    (
        "a tweet's handle stays",
        [HEADLINE, P1, "— Parks of Dushanbe (@parks_example) April 2, 2022", P2],
        [P1, "— Parks of Dushanbe (@parks_example) April 2, 2022", P2],
    ),
    (
        "other story goes",
        [
            HEADLINE,
            ALT,
            P1,
            "Фонтан - Sputnik Таджикистан, 1920, 01.01.2020",
            "Почему в городе запустили старый фонтан",
            P2,
        ],
        [P1, P2],
    ),
    (
        "question as the other story's headline goes",
        [
            HEADLINE,
            ALT,
            P1,
            "Фонтан - Sputnik Таджикистан, 1920, 01.01.2020",
            "Кто и зачем запустил старый городской фонтан?",
            P2,
        ],
        [P1, P2],
    ),
    (
        "paragraph below a picture without credit stays",
        [HEADLINE, ALT, P1, "Фонтан - Sputnik Таджикистан, 1920, 01.01.2020", P2],
        [P1, P2],
    ),
    (
        "subheading below a picture of ours stays",
        [
            HEADLINE,
            P1,
            "© Sputnik / А. СомовСаженцы в парке",
            ALT,
            "Что будет дальше с этим парком",
            P2,
        ],
        [P1, "Что будет дальше с этим парком", P2],
    ),
    (
        "live blog keeps its times",
        [HEADLINE, P1, "14:05", P2, "14:20", P3],
        [P1, "14:05", P2, "14:20", P3],
    ),
    (
        "list of news with times goes",
        [
            HEADLINE,
            P1,
            P2,
            "14:05",
            "Дождь пройдет к вечеру",
            "13:40",
            "Мост закроют на ремонт",
            "13:10",
            "Школы откроются в понедельник",
        ],
        [P1, P2],
    ),
    (
        "an exclamation above a list of news stays",
        [HEADLINE, P1, EXCLAIMED, "14:05", "Дождь идет", "13:40", "Мост закрыт", "13:10", "Обед"],
        [P1, EXCLAIMED],
    ),
    (
        "heading of the feed in the middle of a text takes nothing along",
        [HEADLINE, P1, "Лента новостей", P2, P3],
        [P1, "Лента новостей", P2, P3],
    ),
    (
        "section head goes",
        [
            "- Sputnik Таджикистан, 1920",
            "Общество",
            "Новости общества и городской жизни: события, люди, репортажи.",
            HEADLINE,
            ALT,
            P1,
            P2,
        ],
        [P1, P2],
    ),
    ("picture and text without headline: no blurb is made up", [ALT, P1, P2], [P1, P2]),
    ("glued paragraphs are cut", [HEADLINE, P1 + P2 + P3], [P1, P2, P3]),
]
