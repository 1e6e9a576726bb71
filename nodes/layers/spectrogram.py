"""Sound as pictures."""

from nodes.declare import NodeType, Param, Port

LOG_MEL = NodeType(
    "LogMelSpectrogram",
    "Embedding",
    "Sound as a picture: the energy in bands as the ear hears them, over time (1980).",
    inputs=(Port("input", dims="N T", summary="Samples of a sound, -1 to 1."),),
    params=(
        Param("bands", "int", 80, "Height of the picture.", low=1, always=True),
        Param("sample_rate", "int", 16000, "Of the sound.", low=1, unit="Hz"),
        Param("window", "int", 400, "Length of the piece analysed.", low=2, unit="samples"),
        Param("hop", "int", 160, "Steps between pieces.", low=1, unit="samples"),
        Param("floor", "float", 1e-10, "The least energy.", low=1e-30, advanced=True),
    ),
    layer="nodes.modules.spectrogram.LogMelSpectrogram",
    arguments=("bands", "sample_rate", "window", "hop", "floor"),
    positional=1,
    examples=({"bands": 20, "window": 64}, {"hop": 4}, {"sample_rate": 8000}),
    formula=r"y = \log(\max(M\,|\mathrm{STFT}(x)|^2, \varepsilon))",
    paper="https://doi.org/10.1109/TASSP.1980.1163420",
    keywords="audio speech sound stft fourier mfcc whisper spectrum",
    glyph="≋",
    short="mel",
)
