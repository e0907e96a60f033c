from flask import Flask, jsonify
app = Flask(__name__)
@app.route("/")
def r(): return jsonify(a=1)
