"""The plain notebooks that the full run is timed beside, as cells: what many would write.

Three notebooks with scikit-learn, regular expressions and matplotlib. Nothing in them is slow on
purpose, and nothing fast.
"""

from collections.abc import Mapping

READ = """\
import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

out = Path(output)
out.mkdir(parents=True, exist_ok=True)


def clean(text):
    text = re.sub(r"[“”]", '"', text)
    text = re.sub(r"[‘’]", "'", text)
    text = re.sub(r"<[^>]+>", " ", text)
    text = re.sub(r"[*#_]+", "", text)
    text = re.sub(r"[ \\t]+", " ", text)
    text = re.sub(r"\\s*\\n\\s*\\n\\s*", "\\n\\n", text)
    return text.strip()


def save(fig, name):
    fig.savefig(out / f"{name}.svg", bbox_inches="tight")
    fig.savefig(out / f"{name}.png", dpi=300, bbox_inches="tight")


files = sorted(Path(raw).glob("*.txt"))
texts = {file.stem[:3]: clean(file.read_text(encoding="utf-8")) for file in files}
names = list(texts)
pd.DataFrame({"words": {name: len(text.split()) for name, text in texts.items()}})
"""

_TOPICS = (
    """\
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfVectorizer

vectorizer = TfidfVectorizer(stop_words="english", ngram_range=(1, 2), sublinear_tf=True)
matrix = vectorizer.fit_transform(texts.values())
tfidf = pd.DataFrame(
    matrix.toarray(), index=names, columns=vectorizer.get_feature_names_out()
)
top = {name: tfidf.loc[name].nlargest(n_terms) for name in names}
top_terms = pd.concat(top, names=["text", "term"]).rename("tf_idf").reset_index()
top_terms.to_csv(out / "top_terms.csv", index=False)
top_terms.head(10)
""",
    """\
fig, axes = plt.subplots(2, 3, figsize=(12, 7))
for ax, name in zip(axes.flat, names):
    top[name][::-1].plot.barh(ax=ax, color="tab:blue")
    ax.set_title(name)
    ax.set_xlabel("TF-IDF")
    ax.set_ylabel("")
for ax in axes.flat[len(names):]:
    ax.axis("off")
fig.tight_layout()
save(fig, "top_terms")
plt.show()
""",
    """\
rows = [
    (name, paragraph)
    for name, text in texts.items()
    for paragraph in re.split(r"\\n\\n+", text)
    if len(paragraph.split()) >= 10
]
paragraphs = pd.DataFrame(rows, columns=["text", "paragraph"])
vectorizer = TfidfVectorizer(stop_words="english", min_df=2)
matrix = vectorizer.fit_transform(paragraphs["paragraph"])
model = NMF(n_components=n_topics, init="nndsvd", max_iter=500, random_state=1)
weights = model.fit_transform(matrix)
terms = vectorizer.get_feature_names_out()
topics = pd.DataFrame(
    [
        (f"Topic {number + 1}", terms[i], topic[i])
        for number, topic in enumerate(model.components_)
        for i in topic.argsort()[::-1][:n_terms]
    ],
    columns=["topic", "term", "weight"],
)
topics.to_csv(out / "topic_terms.csv", index=False)
shares = pd.DataFrame(weights, columns=[f"Topic {i + 1}" for i in range(n_topics)])
shares = shares.groupby(paragraphs["text"]).sum()
shares = shares.div(shares.sum(axis=1), axis=0)
shares.to_csv(out / "topic_shares.csv")
shares.round(2)
""",
    """\
fig, axes = plt.subplots(1, n_topics, figsize=(3 * n_topics, 4))
for ax, (topic, own) in zip(axes.flat, topics.groupby("topic")):
    ax.barh(own["term"][::-1], own["weight"][::-1], color="tab:green")
    ax.set_title(topic)
fig.tight_layout()
save(fig, "topic_terms")
plt.show()

ax = shares.plot.bar(stacked=True, figsize=(8, 4), colormap="viridis")
ax.set_ylabel("Share of topics")
ax.legend(bbox_to_anchor=(1, 1))
save(ax.figure, "topic_shares")
plt.show()
""",
)

_RHETORIC = (
    """\
categories = {
    "Leader": r"great leader|respected|great man|exploits|feats|wise leadership|immortal|thanks to",
    "Unity": r"unity|solidarity|cohesion|unite[ds]?|cooperation|friendship|comradely",
    "Independence": r"independen(?:ce|t)|sovereignty|self-reliance|self-determination",
    "Adversary": r"imperialis[mt]s?|reactionar(?:y|ies)|dominationist|aggress(?:ion|ive)|enemy",
    "Crisis": r"crisis|setback|collapsed?|frustrat(?:ed|ion)|danger(?:ous)?|tragedy|split",
    "Necessity": r"must|should|ha(?:s|ve) to|necessary|indispensable|duty|demands?",
    "Certainty": r"fully|certainly|always|invariably|surely|undoubtedly|without fail",
    "Progress": r"victor(?:y|ies)|success(?:es|ful)?|advance[ds]?|development|progress(?:ive)?",
    "Numbers": r"\\d[\\d,]*",
    "Permanence": r"eternal(?:ly)?|forever|everlasting|undying|immortal",
}
counts = pd.DataFrame(
    {
        category: [len(re.findall(rf"\\b(?:{words})\\b", text, re.IGNORECASE))
                   for text in texts.values()]
        for category, words in categories.items()
    },
    index=names,
)
words = pd.Series({name: len(re.findall(r"\\w+", text)) for name, text in texts.items()})
rates = counts.div(words, axis=0) * 1000
counts.to_csv(out / "rhetoric_counts.csv")
rates.round(3).to_csv(out / "rhetoric_rates.csv")
rates.round(1)
""",
    """\
ax = rates.T.plot.bar(figsize=(12, 5), width=0.8)
ax.set_ylabel("Hits per 1,000 words")
ax.set_title("Rhetoric categories")
ax.tick_params(axis="x", rotation=45)
save(ax.figure, "rhetoric_bars")
plt.show()
""",
    """\
fig, ax = plt.subplots(figsize=(9, 4))
image = ax.imshow(rates, cmap="viridis", aspect="auto")
ax.set_xticks(range(len(categories)), list(categories), rotation=45, ha="right")
ax.set_yticks(range(len(names)), names)
for i in range(len(names)):
    for j in range(len(categories)):
        value = rates.iloc[i, j]
        colour = "white" if value < rates.to_numpy().max() / 2 else "black"
        ax.text(j, i, f"{value:.1f}", ha="center", va="center", color=colour)
fig.colorbar(image, label="Hits per 1,000 words")
save(fig, "rhetoric_heat_map")
plt.show()
""",
)

_SIMILARITY = (
    """\
from scipy.cluster.hierarchy import dendrogram, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

vectorizer = TfidfVectorizer(stop_words="english")
similarity = pd.DataFrame(
    cosine_similarity(vectorizer.fit_transform(texts.values())), index=names, columns=names
)
similarity.to_csv(out / "similarity.csv")
similarity.round(2)
""",
    """\
fig, ax = plt.subplots(figsize=(6, 5))
image = ax.imshow(similarity, cmap="viridis", vmin=0, vmax=1)
ax.set_xticks(range(len(names)), names)
ax.set_yticks(range(len(names)), names)
for i in range(len(names)):
    for j in range(len(names)):
        value = similarity.iloc[i, j]
        colour = "white" if value < 0.5 else "black"
        ax.text(j, i, f"{value:.2f}", ha="center", va="center", color=colour)
fig.colorbar(image, label="Cosine similarity")
save(fig, "similarity")
plt.show()
""",
    """\
distances = squareform(1 - similarity.to_numpy(), checks=False)
tree = linkage(distances, method="average")
fig, ax = plt.subplots(figsize=(6, 4))
dendrogram(tree, labels=names, ax=ax)
ax.set_ylabel("Cosine distance")
save(fig, "dendrogram")
plt.show()
""",
)

PLAIN_NOTEBOOKS: dict[str, tuple[Mapping[str, int], tuple[str, ...]]] = {
    "topics": ({"n_terms": 10, "n_topics": 5}, _TOPICS),
    "rhetoric": ({}, _RHETORIC),
    "similarity": ({}, _SIMILARITY),
}
