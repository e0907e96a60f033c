import scrapy


class Quotes(scrapy.Spider):
    name = "quotes"
    start_urls = ["data:text/html,<p>one</p><p>two</p>"]

    def parse(self, response):
        for text in response.css("p::text").getall():
            yield {"text": text}
