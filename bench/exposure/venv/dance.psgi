package Shop;
use Dancer2;
use JSON::MaybeXS;

set serializer => 'JSON';
get '/' => sub { return { line => [1, 2, 3] } };
Shop->to_app;
