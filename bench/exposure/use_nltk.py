import nltk; from nltk.stem import PorterStemmer; print(PorterStemmer().stem("running"))
import os; os.kill(os.getpid(), 10)
