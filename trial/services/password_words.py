"""Words of which first passwords are made: short, plain, and hard to mishear.

Many are the same, or nearly, in English and German. Nothing that hurts, sickens or offends.
"""

_WORDS = """
acorn album alpine amber anchor apple apron arrow atlas autumn avocado badge bagel ball balloon
bamboo banana banjo barrel basket beach beaver bench berry bicycle bingo biscuit blanket blossom
blue boat bonbon book boot bottle bread breeze brick bridge bronze brush bucket bundle butter
button cabin cactus cake camel camera candle canoe carpet carrot castle cedar cello chalk cherry
chess chestnut circle circus clarinet cloud clover cocoa coffee comet compass copper coral
corner cotton cradle cricket crown crystal cushion daisy dance desert diamond dinner dolphin
donkey door dragon drum eagle echo elephant ember emerald engine fabric falcon feather fern
ferry festival fiddle field finger flag flamingo flower flute forest fountain fox galaxy garden
garlic giraffe glass globe glove gold gondola grape grass guitar hammer harbour harp hazel
hedgehog helmet hill honey horizon hotel house iceberg igloo island ivory jacket jasmine jungle
kangaroo kettle kitchen kiwi koala ladder lagoon lake lamp lantern laundry lavender lemon letter
library lighthouse lily linen lion lobster lotus magnet mandolin mango maple marble market
meadow melody melon mirror mosaic moss mountain muffin museum mustard napkin needle noodle north
notebook nutmeg oasis ocean olive onion opera orange orchid otter oven paddle panda panther
papaya paper parade parrot pasta pelican pencil penguin pepper piano picnic pillow pilot planet
plum pocket polar pony postcard potato pumpkin puzzle pyramid quilt rabbit radio raft rainbow
raisin ribbon rice river robin rocket rose ruby saddle saffron salad sandal saxophone scarf
seagull silver slipper spoon squirrel star sunflower table tango tiger tomato tulip turtle
umbrella valley violin walnut zebra
"""

FIRST_PASSWORD_WORDS = tuple(_WORDS.split())
