<?php
require __DIR__ . '/lines.php';
$database = new PDO('sqlite::memory:');
$page = new DOMDocument();
$page->loadHTML('<p>' . $database->query('select 1')->fetchColumn() . '</p>');
echo lines($page->saveHTML()), mb_strtoupper('a'), "\n";
