"""Heads of wires, papers and press releases the world over: each is cut whole, at its end."""

from __future__ import annotations

import pytest

from newswire.dateline import CUT, cut, parse

# language, head, what follows
HEADS = [
    (
        "en",
        "VANCOUVER, BC / ACCESSWIRE / May 3, 2021 /",
        "Example Corp. is pleased to announce the results of drilling at its project.",
    ),
    (
        "en",
        "Vancouver, British Columbia--(Newsfile Corp. - May 5, 2021) -",
        "Example Mines Inc. is pleased to announce the closing of its offering.",
    ),
    (
        "en",
        "NEW YORK, May 5, 2021 /PRNewswire-PRWeb/ --",
        "Example Inc. announced today that it had opened a new office.",
    ),
    (
        "en",
        "SAN JOSE, Calif. – May 5, 2021 –",
        "Example Networks, a leader in networks, today announced its results.",
    ),
    (
        "en",
        "SAN JOSE, Calif. (May 5, 2021) –",
        "Example Networks, a leader in networks, today announced its results.",
    ),
    (
        "en",
        "May 5, 2021 – San Jose, Calif. –",
        "Example Networks, a leader in networks, today announced its results.",
    ),
    (
        "en",
        "(Nairobi) –",
        "Kenyan authorities should investigate the deaths of the protesters without delay.",
    ),
    (
        "en",
        "(WASHINGTON) —",
        "The president said on Monday that he would sign the bill that Congress has passed.",
    ),
    (
        "en",
        "LOS ANGELES – (BUSINESS WIRE) –",
        "Example Inc. today announced the launch of its new service.",
    ),
    (
        "en",
        "TOKYO, May 5, Kyodo -",
        "The government will decide on the measures this week, officials said.",
    ),
    (
        "en",
        "Accra, May 5, GNA –",
        "The minister has urged farmers to use the new seeds this season.",
    ),
    ("en", "DAMASCUS, SANA-", "The ministry said that the road had been opened for traffic again."),
    (
        "en",
        "DHAKA, May 5, 2021 (BSS) -",
        "The prime minister today opened the bridge over the river.",
    ),
    (
        "en",
        "CHICAGO, Ill. (WLS) --",
        "A man was taken to hospital after a fire in a house on the South Side.",
    ),
    (
        "en",
        "MONTREAL •",
        "An editorial in a medical journal urges doctors to conceal the gender of a foetus.",
    ),
    (
        "en",
        "By Nita Bhalla NAIROBI, Nov 3 (Thomson Reuters Foundation) -",
        "Kenyan women are demanding more seats.",
    ),
    (
        "ru",
        "АСТАНА. КАЗИНФОРМ –",
        "В Казахстане начался сбор урожая, сообщили в министерстве сельского хозяйства.",
    ),
    ("ru", "САНКТ-ПЕТЕРБУРГ, 5 мая - АиФ-Петербург.", "В городе откроют новый мост через реку."),
    ("ru", "5 мая, Минск /Корр. БЕЛТА/.", "Президент провёл совещание о развитии промышленности."),
    (
        "ru",
        "ТАШКЕНТ, 5 мая — АН Podrobno.uz.",
        "В Узбекистане начали строить новую дорогу через горы.",
    ),
    ("ru", "Красноярск. 3 мая. ИНТЕРФАКС-СИБИРЬ -", "Суд рассмотрит дело о пожаре на складе."),
    (
        "id",
        "REPUBLIKA.CO.ID, JAKARTA --",
        "Pemerintah akan membangun jalan baru di pulau itu tahun depan.",
    ),
    ("id", "TEMPO.CO, Jakarta -", "Pemerintah akan membangun jalan baru di pulau itu tahun depan."),
    ("hu", "Budapest, 2021. május 5., szerda (MTI) -", "A kormány új utat épít a hegyek között."),
    (
        "zh",
        "北京2021年5月3日 /美通社/ --",
        "示例公司今天宣布在北京开设新的办事处，并将招聘更多员工。",
    ),
    ("zh", "（中央社記者王小明華盛頓3日專電）", "美國總統今天表示，將簽署國會通過的法案。"),
    ("zh", "〔記者王小明／台北報導〕", "台北市政府今天公布新的交通計畫，將興建三條捷運路線。"),
    (
        "ko",
        "[머니투데이 홍길동 기자]",
        "정부는 올해 새로운 도로를 건설할 계획이라고 밝혔다고 관계자가 말했다.",
    ),
    (
        "ja",
        "［東京\u3000５日\u3000ロイター］ -",
        "政府は今週、新たな対策を決定する見通しだと関係者が明らかにした。",
    ),
    ("ja", "【ワシントン共同＝5日】", "米大統領は法案に署名する意向を示したと当局者が語った。"),
    ("ar", "بيروت ـ أ ف ب:", "أعلن الرئيس اليوم أنه سيوقع القانون الذي أقره البرلمان."),
    ("ar", "القاهرة - رويترز - 5 مايو:", "أعلن الرئيس اليوم أنه سيوقع القانون الذي أقره البرلمان."),
    (
        "ar",
        "لندن 4 مارس آذار (رويترز) -",
        "أعلن الرئيس اليوم أنه سيوقع القانون الذي أقره البرلمان.",
    ),
    ("hi", "नई दिल्ली, 5 मई (भाषा)।", "सरकार ने आज नई नीति की घोषणा की जिसमें कई बदलाव किए गए हैं।"),
    ("hi", "पटना [जागरण संवाददाता]।", "सरकार ने आज नई नीति की घोषणा की जिसमें कई बदलाव किए गए हैं।"),
    (
        "it",
        "Milano, 5 mag. - (Adnkronos) -",
        "Il governo costruirà una nuova strada tra le montagne.",
    ),
    (
        "tr",
        "Mehmet YILMAZ/ANKARA, (DHA)-",
        "Hükümet dağların arasında yeni bir yol yapacağını açıkladı.",
    ),
    (
        "de",
        "Berlin/Wien (APA) -",
        "Die Regierung will im kommenden Jahr eine neue Straße bauen lassen.",
    ),
    (
        "da",
        "København /ritzau/",
        "Regeringen vil bygge en ny vej gennem bjergene i det kommende år.",
    ),
    (
        "fr",
        "PARIS, 4 mars (Reuters) -",
        "Le gouvernement va construire une nouvelle route dans les montagnes.",
    ),
    ("vi", "Hà Nội, ngày 23 tháng 12 (TTXVN) -", "Chính phủ sẽ xây dựng một con đường mới."),
    (
        "fa",
        "تهران، ۱۲ آبان (ایرنا) -",
        "دولت راه تازه\u200cای در کوهستان می\u200cسازد و وزیر آن را اعلام کرد.",
    ),
    ("km", "(ភ្នំពេញ)៖", "សម្តេចតេជោ នាយករដ្ឋមន្រ្តីនៃកម្ពុជា បានថ្លែងឲ្យដឹងថា រដ្ឋាភិបាលនឹងសាងសង់ផ្លូវថ្មី"),
    ("es", "MÉXICO (apro).-", "El gobierno construirá una nueva carretera en las montañas."),
    ("en", "Vienna (dpa/xyz) -", "Two trams collided near the station on Sunday, the police said."),
    (
        "en",
        "by Tom Quay HARARE, May 5 (Xinhua) --",
        "Farmers began to harvest their maize early this year, the ministry said.",
    ),
    (
        "en",
        "DENVER, CO, UNITED STATES, May 5, 2021 /EINPresswire.com/ --",
        "Example Inc. has opened a new laboratory in the city.",
    ),
    (
        "en",
        "DENVER and BOSTON (May 5, 2021) —",
        "Two makers of skis have agreed to open a factory together, they said.",
    ),
    ("es", "VALENCIA, 5 (EUROPA PRESS)", "El puerto ha movido un diez por ciento más en abril."),
    (
        "es",
        "LISBOA, 5 (De la corresponsal de EUROPA PRESS, Ana Ría)",
        "El Gobierno portugués presentó el plan de sus puertos.",
    ),
    (
        "es",
        "La Paz, 5 de mayo de 2021 (ABI).-",
        "El lago ha subido un metro desde el mes de abril.",
    ),
    ("fr", "LIÈGE 05/05 (BELGA) =", "Le tram de la ville circulera à partir du mois de juin."),
    (
        "fr",
        "Dakar, 5 fév (APS) –",
        "Les pêcheurs ont reçu de nouvelles pirogues, selon le ministère.",
    ),
    ("be", "5 мая, Мінск /Кар. БЕЛТА/.", "У горадзе адкрылася новая бібліятэка для дзяцей."),
    ("ru", "Ош, 05.05.21. /Кабар/.", "В городе открылась новая библиотека для детей и подростков."),
    ("az", "Gəncə. 5 may. REPORT.AZ/", "Şəhərdə uşaqlar üçün yeni kitabxana açılıb."),
    ("hy", "ԵՐԵՎԱՆ, 5 ՄԱՅԻՍԻ, ԱՐՄԵՆՊՐԵՍ:", "Քաղաքում բացվել է նոր գրադարան երեխաների համար:"),
    ("ar", "حلب-سانا", "افتتحت في المدينة اليوم مكتبة جديدة للأطفال بحضور عدد من الكتاب."),
    (
        "ar",
        "جدة 23 رمضان 1442 هـ الموافق 5 مايو 2021 م واس",
        "افتتحت في المدينة اليوم مكتبة جديدة للأطفال بحضور عدد من الكتاب.",
    ),
    ("bn", "ঢাকা, ৫ জানুয়ারি, ২০২১ (বাসস) :", "শহরে আজ শিশুদের জন্য একটি নতুন গ্রন্থাগার খোলা হয়েছে।"),
    ("th", "เชียงใหม่ 5 พ.ค. –", "ห้องสมุดแห่งใหม่สำหรับเด็กเปิดให้บริการแล้วในเมืองวันนี้"),
    ("zh", "路透东京5月5日 -", "日本股市周三收高，投资者等待央行的会议结果。"),
    ("en", "BASRA / INA", "The ministry announced a plan to raise the output of its plants."),
    ("en", "APIA, SAMOA (5 MAY 2021) –", "Ministers agreed on a plan for the tuna of the region."),
    ("en", "Kigali (AFP), May 5, 2021 --", "The two countries have agreed to open a border gate."),
    ("en", "Addis Ababa, May 5/2021 (ENA)", "Farmers have planted two million trees this spring."),
    (
        "en",
        "CASTRIES, St. Nowhere, May 5 (Reuters) -",
        "The police welcomed forty recruits on Monday.",
    ),
    (
        "en",
        "SINGAPORE - Media OutReach Newswire - 5 May 2021 -",
        "The fair of lighting opens next month with three hundred firms.",
    ),
    ("es", "Asunción, Agencia Sur.-", "El presidente inauguró hoy un tramo nuevo de la ruta."),
    ("it", "(DIRE) Roma, 5 mag. -", "La Camera ha approvato la mozione sul piano dei porti."),
    ("az", "Gəncə/05.05.21/Turan:", "Şəhərdə uşaqlar üçün yeni kitabxana açılıb."),
    ("az", "Gəncə. Elçin Ağayev - APA.", "Şəhərdə uşaqlar üçün yeni kitabxana açılıb."),
    ("ar", "الكويت - 5 - 5 (كونا) --", "افتتحت في المدينة اليوم مكتبة جديدة للأطفال."),
    ("hi", "लखनऊ, पांच मई (भाषा)", "शहर में बच्चों के लिए आज एक नया पुस्तकालय खोला गया है।"),
    ("vi", "TP.HCM (TTXVN) -", "Thành phố vừa mở một thư viện mới cho thiếu nhi ở trung tâm."),
    ("ja", "大阪（スプートニク）5月5日", "市は水曜日、子どものための新しい図書館を開いた。"),
    ("en", "Lusaka, Zambia | AFP |", "Farmers began to harvest their maize early this year."),
]


@pytest.mark.parametrize(("language", "head", "body"), HEADS)
def test_head_is_cut_at_its_end(language: str, head: str, body: str) -> None:
    found = parse(f"{head} {body}", language=language)
    assert found is not None
    assert (found.raw, cut(f"{head} {body}", found)) == (head, body)
    assert found.confidence >= CUT


def test_parts_of_odd_heads() -> None:
    found = parse(
        "By Nita Bhalla NAIROBI, Nov 3 (Thomson Reuters Foundation) - Women are demanding more."
    )
    assert found is not None
    assert (found.byline, [p.name for p in found.places]) == ("Nita Bhalla", ["Nairobi"])
    found = parse(
        "Красноярск. 3 мая. ИНТЕРФАКС-СИБИРЬ - Суд рассмотрит дело о пожаре.", language="ru"
    )
    assert found is not None
    assert found.agency == "ИНТЕРФАКС-СИБИРЬ"
    found = parse(
        "(런던·서울=연합뉴스) 홍길동 기자 = 오늘 시내에서 큰 전시회가 열렸다.", language="ko"
    )
    assert found is not None
    assert [place.printed for place in found.places] == ["런던", "서울"]
    # a day of another calendar is printed, and no Gregorian one
    found = parse("تهران، ۱۲ آبان (ایرنا) - دولت راه تازه‌ای می‌سازد.", published="2021-11-03")
    assert found is not None
    assert (found.date_printed, found.date) == ("۱۲ آبان", None)


@pytest.mark.parametrize("published", [None, "1998-05-12"])
@pytest.mark.parametrize(("year", "full"), [("98", 1998), ("03", 2003), ("1998", 1998)])
@pytest.mark.parametrize("head", ["МОСКВА, 12.05.{} (ИТАР-ТАСС) -", "Bakı/12.05.{}/Turan:"])
def test_century_of_a_year_of_two_digits(
    head: str, year: str, full: int, published: str | None
) -> None:
    found = parse(f"{head.format(year)} The exhibition opened today.", published=published)
    assert found is not None
    assert found.date == f"{full}-05-12"


@pytest.mark.parametrize("city", ["Berlin", "Helsinki", "PRAHA"])
def test_a_day_in_figures_without_its_year(city: str) -> None:
    rest = "A library for children opened in the old town hall on Tuesday."
    found = parse(f"{city}, 12.05. - {rest}", published="2020-05-12")
    assert found is not None
    assert (found.date, found.confidence >= CUT) == ("2020-05-12", True)
    assert parse(f"{city}, 12/5 - {rest}", published="2020-05-12") is None


def test_the_outlet_s_own_name_stands_for_the_agency() -> None:
    text = "ТАРАЗ, 5 мая — Степной вестник. В городе открылась большая выставка."
    assert parse(text) is None
    found = parse(text, outlet="Степной вестник")
    assert found is not None
    assert (found.agency, found.rule) == ("Степной вестник", "place-date-dash-agency")


def test_a_printed_year_must_be_the_page_s() -> None:
    text = (
        "Berlin, November 9, 1989. A crowd gathered at the wall, and nobody went home that night."
    )
    assert not _is_cut(text, "2019-11-09")
    assert _is_cut(text, "1989-11-10")


def _is_cut(text: str, published: str) -> bool:
    found = parse(text, published=published)
    return found is not None and found.confidence >= CUT
