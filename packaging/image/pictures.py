#!/usr/bin/env python3
"""Draws the pictures that the box shows before and without the application.

    pictures.py FOLDER

Each is a text file for box-screen: width and height, then a line for each row of pixels, "REPEAT COUNT LEVEL
COUNT LEVEL …" with 16 levels from the ground to the text. So a shell can paint them on any screen, and text of the
size of a hand needs no font in the box's first seconds. splash.bmp is the same for the firmware's screen.
Needs the Debian packages python3-pil and fonts-noto-cjk.
"""
import os
import sys

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
SIMPLIFIED = 2  # its face in the collection
TEXT = (0xF6, 0xEE, 0xE2)  # as ui/tokens.slint
LEVELS = 15

PICTURES = {
    "splash": [("智慧党建", 120, "Bold"), ("正在启动", 44, "Regular")],
    "safe-mode": [
        ("电视盒暂时用不了", 88, "Bold"),
        ("先按遥控器「确定」再试一次；过 10 分钟它也会自己再试。", 44, "Regular"),
        ("还是不行，请打电话给村里或镇里：", 44, "Regular"),
    ],
    "reset": [
        ("要恢复出厂设置吗？", 88, "Bold"),
        ("这台电视盒里的内容、设置和登记都会清空，要重新登记才能用。", 44, "Regular"),
        ("清空：按「确定」。　　不清空：按「返回」，或等 30 秒。", 44, "Regular"),
    ],
    "reset-done": [
        ("正在清空，请不要断电", 88, "Bold"),
        ("清空以后会自动重新启动。", 44, "Regular"),
    ],
}
DIGITS = "0123456789-+ "


def font(size: int, weight: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT.format(weight), size, index=SIMPLIFIED)


def lines(texts) -> Image.Image:
    """These lines one below the other, each in the middle."""
    drawn = [(text, font(size, weight), size) for text, size, weight in texts]
    width = max(int(face.getlength(text)) + 1 for text, face, _ in drawn)
    height = sum(size * 17 // 10 for _, _, size in drawn)
    image = Image.new("L", (width, height))
    draw, top = ImageDraw.Draw(image), 0
    for text, face, size in drawn:
        draw.text(((width - face.getlength(text)) / 2, top), text, 255, face)
        top += size * 17 // 10
    return image


def rows(image: Image.Image) -> list[str]:
    """The rows of a picture, equal ones that follow each other together."""
    found: list[list] = []
    pixels = image.load()
    for y in range(image.height):
        runs: list[list[int]] = []
        for x in range(image.width):
            level = round(pixels[x, y] * LEVELS / 255)
            if runs and runs[-1][1] == level:
                runs[-1][0] += 1
            else:
                runs.append([1, level])
        text = " ".join(f"{count} {level}" for count, level in runs)
        if found and found[-1][1] == text:
            found[-1][0] += 1
        else:
            found.append([1, text])
    return [f"{repeat} {text}" for repeat, text in found]


def save(image: Image.Image, path: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(f"{image.width} {image.height}\n" + "\n".join(rows(image)) + "\n")


def main() -> None:
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name, texts in PICTURES.items():
        save(lines(texts), os.path.join(folder, name))
    # The telephone number: every character as high and wide as the others, so that they stand side by side.
    face = font(88, "Bold")
    wide = max(int(face.getlength(c)) for c in DIGITS) + 4
    for c in DIGITS:
        image = Image.new("L", (wide, 120))
        ImageDraw.Draw(image).text(((wide - face.getlength(c)) / 2, 0), c, 255, face)
        save(image, os.path.join(folder, "digit-" + {"+": "plus", "-": "minus", " ": "space"}.get(c, c)))
    text = lines(PICTURES["splash"])
    # The firmware leaves the rest of the screen black.
    splash = Image.new("RGB", (text.width, text.height))
    splash.paste(Image.new("RGB", text.size, TEXT), (0, 0), text)
    splash.save(os.path.join(folder, "splash.bmp"))


if __name__ == "__main__":
    main()
