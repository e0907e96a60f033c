"""A chain of LangChain with a model that is made up, and a retriever of words."""

from langchain_community.retrievers import BM25Retriever
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_text_splitters import RecursiveCharacterTextSplitter

text = "A ship has a line. The line says how deep she may lie. " * 20
parts = RecursiveCharacterTextSplitter(chunk_size=100, chunk_overlap=10).create_documents([text])
found = BM25Retriever.from_documents(parts).invoke("how deep")
prompt = ChatPromptTemplate.from_messages([("system", "Be short."), ("human", "{question}: {context}")])
chain = prompt | FakeListChatModel(responses=["as deep as the line"]) | StrOutputParser()
print(chain.invoke({"question": "How deep?", "context": found[0].page_content}))
