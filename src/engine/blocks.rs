//! The pool of KV blocks: counts who holds each block, and finds blocks whose tokens a prompt begins with.
//!
//! Every block is free, referenced by sequences, or cached: no sequence holds it, but its keys and values can be reused
//! until it is evicted. Published blocks form a tree: a block follows its parent, which holds the tokens before it. A
//! reference to a block comes with one to its parent, so a parent is always evicted after its children.

use std::collections::{BTreeSet, HashMap};

use crate::kernels::attention::KV_BLOCK;
use crate::model::kv_cache::SharedBlock;

/// The index of a block in its pool. It is unique among blocks that are not free.
pub type BlockId = u32;

/// Keys and values with their tokens, at most [`KV_BLOCK`]. A sequence can only follow a full one.
struct Published {
    parent: Option<BlockId>,
    tokens: Vec<u32>,
    block: SharedBlock,
}

/// A block that is not free.
#[derive(Default)]
struct Entry {
    references: usize,
    /// `None`: private to its sequence, which still writes it.
    published: Option<Published>,
    /// When the last reference was released, for [`BlockPool::cached`].
    released: u64,
}

/// A pool of a fixed number of blocks. Their memory belongs to the caches that hold them; the pool itself keeps that of
/// published blocks alive.
pub struct BlockPool {
    capacity: usize,
    /// By id; `None` is free.
    entries: Vec<Option<Entry>>,
    free_ids: Vec<BlockId>,
    /// The published blocks by parent and first token.
    children: HashMap<(Option<BlockId>, u32), Vec<BlockId>>,
    /// The blocks without references, the next to evict first.
    cached: BTreeSet<(u64, BlockId)>,
    clock: u64,
}

/// A number of blocks in each state. They sum to the capacity of the pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BlockCounts {
    /// Unused.
    pub free: usize,
    /// Without references, kept for reuse.
    pub cached: usize,
    /// Referenced by at least one sequence.
    pub referenced: usize,
}

/// A published block.
pub struct PublishedBlock<'p> {
    /// Its id.
    pub id: BlockId,
    /// The block whose tokens come before.
    pub parent: Option<BlockId>,
    /// Its tokens.
    pub tokens: &'p [u32],
    /// Their keys and values.
    pub block: &'p SharedBlock,
}

/// The blocks that a list of tokens begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrefixMatch {
    /// Full blocks, which can be shared.
    pub full: Vec<BlockId>,
    /// A block of which only the first tokens match, and their number. It must be copied.
    pub partial: Option<(BlockId, usize)>,
}

impl PrefixMatch {
    /// Number of matching tokens.
    pub fn tokens(&self) -> usize {
        self.full.len() * KV_BLOCK + self.partial.map_or(0, |(_, tokens)| tokens)
    }
}

impl BlockPool {
    /// A pool of `capacity` free blocks.
    pub fn new(capacity: usize) -> BlockPool {
        BlockPool {
            capacity: capacity.min(BlockId::MAX as usize),
            entries: Vec::new(),
            free_ids: Vec::new(),
            children: HashMap::new(),
            cached: BTreeSet::new(),
            clock: 0,
        }
    }

    /// The number of all blocks.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The number of blocks in each state.
    pub fn counts(&self) -> BlockCounts {
        let used = self.entries.len() - self.free_ids.len();
        let cached = self.cached.len();
        BlockCounts { free: self.capacity - used, cached, referenced: used - cached }
    }

    /// The number of blocks that [`BlockPool::allocate`] can hand out: the free and the cached ones.
    pub fn available(&self) -> usize {
        let BlockCounts { free, cached, .. } = self.counts();
        free + cached
    }

    /// Takes a free block, or evicts the cached block that was released first. `None` if all are referenced.
    pub fn allocate(&mut self) -> Option<BlockId> {
        if self.counts().free == 0 {
            let (_, oldest) = self.cached.pop_first()?;
            self.free(oldest);
        }
        let entry = Some(Entry { references: 1, ..Entry::default() });
        if let Some(id) = self.free_ids.pop() {
            self.entries[id as usize] = entry;
            return Some(id);
        }
        self.entries.push(entry);
        Some((self.entries.len() - 1) as BlockId)
    }

    /// Adds a reference to a published block.
    pub fn retain(&mut self, id: BlockId) {
        if let Some(entry) = &mut self.entries[id as usize] {
            if entry.references == 0 {
                self.cached.remove(&(entry.released, id));
            }
            entry.references += 1;
        }
    }

    /// Releases a reference to each of the blocks of a sequence, the last block first, so that it is evicted first.
    pub fn release(&mut self, ids: &[BlockId]) {
        for &id in ids.iter().rev() {
            self.clock += 1;
            let Some(entry) = &mut self.entries[id as usize] else { continue };
            entry.references -= 1;
            if entry.references == 0 && entry.published.is_some() {
                entry.released = self.clock;
                self.cached.insert((self.clock, id));
            } else if entry.references == 0 {
                self.free(id);
            }
        }
    }

    /// Whether a sequence is the only one that holds a block.
    pub fn is_exclusive(&self, id: BlockId) -> bool {
        self.entries[id as usize].as_ref().is_some_and(|entry| entry.references == 1)
    }

    /// Whether no sequence holds a block.
    pub fn is_cached(&self, id: BlockId) -> bool {
        self.entries[id as usize].as_ref().is_some_and(|entry| entry.references == 0)
    }

    /// The keys and values of a published block.
    pub fn shared(&self, id: BlockId) -> Option<SharedBlock> {
        Some(self.published(id)?.block.clone())
    }

    /// Makes a block, which its sequence no longer writes, available for reuse after `parent`. Cached partial blocks of
    /// which `tokens` are a continuation are freed: they have become redundant.
    pub fn publish(&mut self, id: BlockId, parent: Option<BlockId>, tokens: &[u32], block: SharedBlock) {
        let Some(first) = tokens.first() else { return };
        let siblings = self.children.get(&(parent, *first)).cloned().unwrap_or_default();
        for sibling in siblings {
            let Some(other) = self.published(sibling) else { continue };
            if tokens.len() < KV_BLOCK && other.tokens.starts_with(tokens) {
                return;
            }
            // A partial block has no children, which would lose their parent.
            if other.tokens.len() < KV_BLOCK && tokens.starts_with(&other.tokens) && self.is_cached(sibling) {
                let released = self.entries[sibling as usize].as_ref().map_or(0, |entry| entry.released);
                self.cached.remove(&(released, sibling));
                self.free(sibling);
            }
        }
        if let Some(entry) = &mut self.entries[id as usize] {
            entry.published = Some(Published { parent, tokens: tokens.to_vec(), block });
            self.children.entry((parent, *first)).or_default().push(id);
        }
    }

    /// The longest beginning of `tokens`, at most `limit` of them, whose keys and values are in published blocks.
    pub fn find(&self, tokens: &[u32], limit: usize) -> PrefixMatch {
        let tokens = &tokens[..limit.min(tokens.len())];
        let mut found = PrefixMatch::default();
        loop {
            let rest = &tokens[found.full.len() * KV_BLOCK..];
            let Some(first) = rest.first() else { return found };
            let parent = found.full.last().copied();
            let candidates = self.children.get(&(parent, *first)).map_or(&[][..], Vec::as_slice);
            let length = |id: &BlockId| self.published(*id).map_or(0, |block| common_prefix(&block.tokens, rest));
            match candidates.iter().map(|id| (length(id), *id)).max_by_key(|(length, _)| *length) {
                Some((KV_BLOCK, id)) => found.full.push(id),
                Some((length, id)) => {
                    found.partial = Some((id, length));
                    return found;
                }
                None => return found,
            }
        }
    }

    /// All published blocks, parents before their children.
    pub fn published_blocks(&self) -> Vec<PublishedBlock<'_>> {
        let mut by_parent: HashMap<Option<BlockId>, Vec<BlockId>> = HashMap::new();
        for ((parent, _), children) in &self.children {
            by_parent.entry(*parent).or_default().extend(children);
        }
        let mut found = Vec::new();
        let mut parents = vec![None];
        while let Some(parent) = parents.pop() {
            let mut children = by_parent.remove(&parent).unwrap_or_default();
            children.sort_unstable();
            for id in children {
                if let Some(Published { tokens, block, .. }) = self.published(id) {
                    found.push(PublishedBlock { id, parent, tokens, block });
                    parents.push(Some(id));
                }
            }
        }
        found
    }

    /// Publishes blocks of another pool in free blocks, while there are any. Each has the index of its parent among them,
    /// its tokens and its keys and values; parents come before their children. Returns how many were published.
    pub fn restore(&mut self, blocks: Vec<(Option<usize>, Vec<u32>, SharedBlock)>) -> usize {
        let mut ids: Vec<BlockId> = Vec::new();
        for (parent, tokens, block) in blocks {
            if self.counts().free == 0 {
                break;
            }
            let parent = parent.and_then(|parent| ids.get(parent).copied());
            let Some(id) = self.allocate() else { break };
            self.publish(id, parent, &tokens, block);
            ids.push(id);
        }
        self.release(&ids);
        ids.len()
    }

    fn published(&self, id: BlockId) -> Option<&Published> {
        self.entries[id as usize].as_ref()?.published.as_ref()
    }

    /// Frees a block that is not in `cached`.
    fn free(&mut self, id: BlockId) {
        let entry = self.entries[id as usize].take();
        self.free_ids.push(id);
        let Some(Published { parent, tokens, .. }) = entry.and_then(|entry| entry.published) else { return };
        let Some(first) = tokens.first() else { return };
        let key = (parent, *first);
        if let Some(children) = self.children.get_mut(&key) {
            children.retain(|child| *child != id);
            if children.is_empty() {
                self.children.remove(&key);
            }
        }
    }
}

/// The number of equal tokens at the start of two lists.
pub fn common_prefix(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
