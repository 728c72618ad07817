"""Texts that repeat each other in known ways, in four languages, from a seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

WORDS = {
    "ru": (
        "президент министр заявил журналистам сегодня вчера республика граница соглашение сторона"
        " вопрос развитие экономика производство предприятие область город столица площадь"
        " человек семья школа больница дорога мост река завод рынок цена рубль доллар закон суд"
        " решение встреча переговоры визит делегация посол страна союз проект план срок работа"
        " участник форум выставка фестиваль команда матч победа тренер спортсмен новый большой"
        " важный первый последний местный международный совместный и в на по с для после перед"
        " что который этот также более около подчеркнул добавил сообщил рассказал отметил"
    ),
    "en": (
        "president minister said reporters today border agreement question development economy"
        " production company region capital people family school hospital road bridge river"
        " factory market price law court decision meeting talks visit delegation ambassador"
        " country union project plan work forum exhibition festival team match victory coach new"
        " large important first last local international joint and in on by with for after before"
        " that which this also more about stressed added told noted will has been under over city"
    ),
    "ar": (
        "الرئيس الوزير قال للصحفيين اليوم أمس الجمهورية الحدود الاتفاق الجانب المسألة التنمية"
        " الاقتصاد الإنتاج الشركة المنطقة المدينة العاصمة الناس العائلة المدرسة المستشفى الطريق"
        " الجسر النهر المصنع السوق السعر القانون المحكمة القرار اللقاء المفاوضات الزيارة الوفد"
        " السفير البلد الاتحاد المشروع الخطة العمل المشارك المنتدى المعرض الفريق المباراة الفوز"
        " جديد كبير مهم أول محلي دولي مشترك في من على إلى بعد قبل الذي هذا أيضا أكثر أكد أضاف"
    ),
    "zh": (
        "总统 部长 表示 记者 今天 昨天 共和国 边境 协议 双方 问题 发展 经济 生产 企业 地区 城市"
        " 首都 人民 家庭 学校 医院 道路 桥梁 河流 工厂 市场 价格 法律 法院 决定 会晤 谈判 访问"
        " 代表团 大使 国家 联盟 项目 计划 工作 论坛 展览 节日 球队 比赛 胜利 教练 新 大 重要"
        " 第一 最后 当地 国际 联合 和 在 对 之后 之前 这个 也 更 大约 强调 补充 通报"
        " 指出 将 已经 由 关于 能源 天然气 石油 铁路 安全 合作"
    ),
}
FOREIGN = {"ru": "Sputnik", "en": "Sputnik", "ar": "سبوتنيك", "zh": "卫星社"}


class Writer:
    """Writes stories of one language out of one vocabulary."""

    def __init__(self, language: str, seed: int) -> None:
        self.random = random.Random(f"{language} {seed}")
        self.blank, self.stop = ("", "。") if language == "zh" else (" ", ". ")
        self.words = WORDS[language].split()

    def sentence(self) -> list[str]:
        return self.random.choices(self.words, k=self.random.randint(8, 18))

    def story(self, paragraphs: int = 6) -> Story:
        return Story(
            self,
            [
                [self.sentence() for _ in range(self.random.randint(2, 4))]
                for _ in range(paragraphs)
            ],
        )


class Story(NamedTuple):
    """Paragraphs of sentences of words."""

    by: Writer
    paragraphs: list[list[list[str]]]

    @property
    def body(self) -> str:
        blank, stop = self.by.blank, self.by.stop
        return "\n\n".join(
            "".join(blank.join(s).capitalize() + stop for s in p).strip() for p in self.paragraphs
        )

    def with_words(self, number: int, *, of: slice = slice(None)) -> Story:
        """Change so many words, each in a sentence of its own while there are enough."""
        copy = [[list(s) for s in p] for p in self.paragraphs]
        sentences = [s for p in copy[of] for s in p]
        for n, sentence in enumerate(
            self.by.random.sample(sentences * (1 + number // len(sentences)), number)
        ):
            at = self.by.random.randrange(len(sentence))
            sentence[at] = f"{self.by.random.choice(self.by.words)}{'' if n % 2 else 'x'}"
        return Story(self.by, copy)

    def replaced(self, synonyms: dict[str, str]) -> Story:
        return Story(
            self.by, [[[synonyms.get(w, w) for w in s] for s in p] for p in self.paragraphs]
        )

    def rare(self, number: int) -> list[str]:
        """Return words that stand once in the story."""
        words = Counter(w for p in self.paragraphs for s in p for w in s)
        return [word for word, count in words.items() if count == 1][:number]

    def part(self, start: int, end: int | None) -> Story:
        return Story(self.by, self.paragraphs[start:end])

    def plus(self, before: Story | None = None, after: Story | None = None) -> Story:
        lead, tail = before.paragraphs if before else [], after.paragraphs if after else []
        return Story(self.by, [*lead, *self.paragraphs, *tail])

    def swapped(self, one: int, two: int) -> Story:
        copy = list(self.paragraphs)
        copy[one], copy[two] = copy[two], copy[one]
        return Story(self.by, copy)


class Case(NamedTuple):
    """A text, then another under another id, and what the second is to be to the first."""

    name: str
    first: str
    second: str
    relation: str | None


def typography(text: str) -> str:
    """The same text as another editor types it."""
    return text.replace(" ", "\u00a0", 5).replace("е", "ё", 3).replace(". ", ".  ").upper()


def cases(language: str, seed: int = 0) -> Iterator[Case]:
    """The labelled table; every text is of 60 to 350 words, flashes apart."""
    write = Writer(language, seed)

    def pair(name: str, relation: str | None, change: Callable[[Story], str]) -> Case:
        story = write.story()
        return Case(name, story.body, change(story), relation)

    yield pair("edition copy, dateline stripped", "same_text", lambda s: s.body)
    yield pair("typography", "same_text", lambda s: typography(s.body))
    for number in (1, 2, 3):
        yield pair(f"{number} words corrected", "near", lambda s, n=number: s.with_words(n).body)  # type: ignore[misc]
    yield pair(
        "synonyms of an edition",
        "near",
        lambda s: s.replaced(dict.fromkeys(s.rare(3), FOREIGN[language])).body,
    )
    yield pair("paragraph added", "near", lambda s: s.plus(after=write.story(1)).body)
    yield pair("last paragraph cut", "near", lambda s: s.part(0, -1).body)
    yield pair("two paragraphs swapped", "near", lambda s: s.swapped(1, 3).body)
    yield pair(
        "foreign lead and tail", "extends", lambda s: s.plus(write.story(2), write.story(2)).body
    )
    yield pair("half → story", "extends", lambda s: s.plus(after=write.story(6)).body)
    yield pair("story → its first half", "excerpt_of", lambda s: s.part(0, 3).body)
    flash = Story(write, [[write.sentence()]])
    yield Case("flash → story", flash.body, flash.plus(after=write.story(6)).body, "extends")
    flash, lead = Story(write, [[write.sentence()]]), Story(write, [[write.sentence()]])
    whole = flash.plus(before=lead, after=write.story(4))
    yield Case("flash inside a story", flash.body, whole.body, "extends")
    story = write.story()
    figure = Story(write, [*story.paragraphs, [[*write.sentence(), "35", *write.sentence()]]])
    yield Case("one figure changed", figure.body, figure.body.replace("35", "36"), "near")
    yield pair("unrelated in the same words", None, lambda s: write.story().body)
    story = write.story()
    shuffled = [w for p in story.paragraphs for s in p for w in s]
    write.random.shuffle(shuffled)
    yield Case("the same words in another order", story.body, write.blank.join(shuffled), None)
    for name in TEMPLATES if language == "ru" else ():
        yield Case(f"template of another day: {name}", template(name, 1), template(name, 2), None)


TEMPLATES = {
    "rates": "Официальный курс доллара на {} {} составил {},{} рубля, курс евро — {},{} рубля."
    " Об этом сообщает сайт Центрального банка. Днём ранее доллар стоил {},{} рубля, евро —"
    " {},{} рубля. Стоимость бивалютной корзины равна {},{} рубля. С начала года курс изменился"
    " на {},{} процента.",
    "weather": "В столице {} {} ожидается переменная облачность, местами небольшой дождь, сообщает"
    " Гидрометцентр. Температура воздуха днём составит {}-{} градусов тепла, ночью — {}-{}"
    " градусов. Ветер северо-западный, {}-{} метров в секунду. Атмосферное давление — {}"
    " миллиметров ртутного столба. На дорогах местами гололедица, видимость {} метров.",
    "earthquake": "Землетрясение магнитудой {},{} произошло {} {} в {}:{}, сообщает агентство по"
    " чрезвычайным ситуациям. Эпицентр находился в {} километрах от столицы, на глубине {}"
    " километров. Сила толчков в эпицентре составила {} балла. Данных о жертвах и разрушениях не"
    " поступало.",
    "covid": "За сутки {} {} в республике выявлено {} новых случаев коронавируса, сообщает"
    " министерство здравоохранения. Выздоровели {} человек, скончались {}. Всего с начала"
    " пандемии заразились {} человек, из них вылечились {}. В больницах остаются {} пациентов,"
    " в тяжёлом состоянии {}. Сделано {} тестов. Напомним, жителям рекомендуют носить маски,"
    " соблюдать дистанцию и чаще мыть руки с мылом.",
}
MONTHS = ["января", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября"]


def template(name: str, day: int) -> str:
    """A story of which only the figures are of its day."""
    figures = random.Random(f"{name} {day}")
    values: list[object] = [figures.randint(1, 997) for _ in range(20)]
    values[1 if name != "earthquake" else 3] = MONTHS[day // 28 % 9]
    return TEMPLATES[name].format(*values)
