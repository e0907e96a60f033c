import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc

nlp = spacy.blank("en")
nlp.add_pipe("sentencizer")
nlp.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "Plimsoll"}])
matcher = Matcher(nlp.vocab)
matcher.add("line", [[{"LOWER": "line"}]])
text: Doc = nlp("Plimsoll drew a line. Ships obey it.")
print([e.text for e in text.ents], [s.text for s in text.sents], len(matcher(text)))
